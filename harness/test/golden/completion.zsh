#compdef leaklab
_leaklab() {
    local curcontext=$curcontext state line ret=1
    local -a commands=(
        'list:List the pairs'
        'dump:Show who is parked where, on what, and why\: in words, for pprof, as a flame graph'
        'watch:Watch someone else'\''s program\: its growth, and a Go program'\''s stacks'
        'cite:Cite a pair\: the number, its interval, machine, commit and command'
        'help:List the commands, or show the help of one'
        'completion:Print what makes bash, zsh or fish complete the words of leaklab'
    )
    _arguments -C '(- *)--help[Show this help]' '(- *)--version[Show the version]' \
        '1: :->command' '*:: :->rest' && ret=0
    [[ $state == command ]] && _describe command commands && ret=0
    [[ $state == rest ]] && case $words[1] in
    list) _arguments \
        '*--family=[The pairs of one family]:NAME: ' \
        '*--json[As an array of objects]' \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:[ID|FAMILY|WORD...]:(IDS FAMILIES)' \
        && return ;;
    dump) _arguments \
        '*--at=[When\: ten minutes after nothing was due any more, on the virtual clock (settle), or when load ends]:settle|load:(settle load)' \
        '*--diff[Compare two dumps in JSON\: --diff BEFORE AFTER; in words, or --format json]' \
        '*--folded[--format folded]' \
        '*--format=[summary\: in words (default); text\: by stack, as Go'\''s debug=1; go-text\: the same for `go tool pprof`; full\: by task, as Go'\''s debug=2; json; pprof\: for `go tool pprof`; folded\: for flame graphs; svg\: a flame graph]:summary|text|go-text|full|json|pprof|folded|svg:(summary text go-text full json pprof folded svg)' \
        '(-o --output)'{-o+,--output=}'[Where to write it (-\: standard output)]:FILE:_files' \
        '*--requests=[Requests before the dump (1000)]:N: ' \
        '*--threshold=[--diff\: a place that grew and holds so many tasks is a suspect (1000)]:N: ' \
        '*--variant=[Which half of the pair (leak)]:leak|fix:(leak fix)' \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:ID:(IDS)' \
        && return ;;
    watch) _arguments \
        '*--cacert=[Certificates to trust, of https\:// (the system'\''s)]:FILE:_files' \
        '*--duration=[How long (until Ctrl-C, or the process ends)]:TIME: ' \
        '*--header=[Sent with each request, like '\''Authorization\: Bearer x'\''; may be given again]:TEXT: ' \
        '*--interval=[Between two looks (1s)]:TIME: ' \
        '*--memory-limit=[Say how long until the resident set meets it]:SIZE: ' \
        '*--own=[Frames of yours\: a part of a function'\''s name or of a file'\''s path, or a pattern with * as in a shell; may be given again (what is neither the language'\''s nor vendored)]:PATTERN: ' \
        '*--pid=[Watch the resident set of this process]:N: ' \
        '*--series=[Judge a log of `time value` lines instead, like those of a resident set]:FILE:_files' \
        '*--url=[Count the tasks by this endpoint\: dumps as of http\://host/debug/pprof/goroutine?debug=1, or Prometheus'\''s text as of http\://host/metrics; or unix\:SOCKET\:/PATH]:URL: ' \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:[-- COMMAND [WORD...]]:_command_names -e' \
        && return ;;
    cite) _arguments \
        '*--format=[The form of the citation (text)]:markdown|bibtex|text:(markdown bibtex text)' \
        '*--result=[Which one (the fullest that has the pair; of equals the newest)]:NAME: ' \
        '*--results=[The folder of saved results (results)]:DIR:_files -/' \
        '*--short[One line\: the figure, the day, and where it stands]' \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:ID:(IDS)' \
        && return ;;
    help) _arguments \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:[COMMAND]:(COMMANDS)' \
        && return ;;
    completion) _arguments \
        '(-h --help)'{-h,--help}'[Show this help]' \
        '(-V --version)'{-V,--version}'[Show the version]' \
        '*:bash|zsh|fish:(bash zsh fish)' \
        && return ;;
    esac
    return ret
}
if [[ $funcstack[1] == _leaklab ]]; then _leaklab "$@"; else compdef _leaklab leaklab; fi
