# bash completion for leaklab
_leaklab() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local options='' words='' lists=''
    # bash takes --name=value for three words.
    if [[ $current == = ]]; then current=''
    elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
    COMPREPLY=()
    ((COMP_CWORD > 1)) || { words='COMMANDS' options='--help --version'; }
    ((COMP_CWORD == 1)) || case ${COMP_WORDS[1]} in
    list)
        options='--family --json --help --version'
        case $before in
        --family) options= ;;
        *) words='IDS FAMILIES' ;;
        esac ;;
    dump)
        options='--at --diff --folded --format --output --requests --threshold --variant --help --version'
        case $before in
        --at) options= words='settle load' ;;
        --format) options= words='summary text go-text full json pprof folded svg' ;;
        -o | --output) options= words='' lists='-A file' ;;
        --requests) options= ;;
        --threshold) options= ;;
        --variant) options= words='leak fix' ;;
        *) words='IDS' lists='-A file' ;;
        esac ;;
    watch)
        options='--cacert --duration --header --interval --memory-limit --own --pid --series --url --help --version'
        case $before in
        --cacert) options= words='' lists='-A file' ;;
        --duration) options= ;;
        --header) options= ;;
        --interval) options= ;;
        --memory-limit) options= ;;
        --own) options= ;;
        --pid) options= ;;
        --series) options= words='' lists='-A file' ;;
        --url) options= ;;
        *) words='' lists='-A command' ;;
        esac ;;
    cite)
        options='--format --result --results --short --help --version'
        case $before in
        --format) options= words='markdown bibtex text' ;;
        --result) options= ;;
        --results) options= words='' lists='-A directory' ;;
        *) words='IDS' ;;
        esac ;;
    help)
        options='--help --version'
        case $before in
        *) words='COMMANDS' ;;
        esac ;;
    completion)
        options='--help --version'
        case $before in
        *) words='bash zsh fish' ;;
        esac ;;
    esac
    [[ $current == -* ]] && words=$options lists=''
    # shellcheck disable=SC2086,SC2207
    COMPREPLY=($(compgen $lists -W "$words" -- "$current"))
    [[ -z $lists ]] || compopt -o filenames 2>/dev/null
}
complete -F _leaklab leaklab
