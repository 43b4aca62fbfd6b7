# fish completion for leaklab
complete -c leaklab -f
complete -c leaklab -n __fish_use_subcommand -l help -d 'Show this help'
complete -c leaklab -n __fish_use_subcommand -l version -d 'Show the version'
complete -c leaklab -n __fish_use_subcommand -a list -d 'List the pairs'
complete -c leaklab -n '__fish_seen_subcommand_from list' -l family -d 'The pairs of one family' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from list' -l json -d 'As an array of objects'
complete -c leaklab -n '__fish_seen_subcommand_from list' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from list' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from list' -f -a 'IDS FAMILIES'
complete -c leaklab -n __fish_use_subcommand -a dump -d 'Show who is parked where, on what, and why: in words, for pprof, as a flame graph'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l at -d 'When: ten minutes after nothing was due any more, on the virtual clock (settle), or when load ends' -r -f -a 'settle load'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l diff -d 'Compare two dumps in JSON: --diff BEFORE AFTER; in words, or --format json'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l folded -d '--format folded'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l format -d 'summary: in words (default); text: by stack, as Go'\''s debug=1; go-text: the same for `go tool pprof`; full: by task, as Go'\''s debug=2; json; pprof: for `go tool pprof`; folded: for flame graphs; svg: a flame graph' -r -f -a 'summary text go-text full json pprof folded svg'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l output -s o -d 'Where to write it (-: standard output)' -r -F
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l requests -d 'Requests before the dump (1000)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l threshold -d '--diff: a place that grew and holds so many tasks is a suspect (1000)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l variant -d 'Which half of the pair (leak)' -r -f -a 'leak fix'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from dump' -F -a 'IDS'
complete -c leaklab -n __fish_use_subcommand -a watch -d 'Watch someone else'\''s program: its growth, and a Go program'\''s stacks'
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l cacert -d 'Certificates to trust, of https:// (the system'\''s)' -r -F
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l duration -d 'How long (until Ctrl-C, or the process ends)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l header -d 'Sent with each request, like '\''Authorization: Bearer x'\''; may be given again' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l interval -d 'Between two looks (1s)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l memory-limit -d 'Say how long until the resident set meets it' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l own -d 'Frames of yours: a part of a function'\''s name or of a file'\''s path, or a pattern with * as in a shell; may be given again (what is neither the language'\''s nor vendored)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l pid -d 'Watch the resident set of this process' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l series -d 'Judge a log of `time value` lines instead, like those of a resident set' -r -F
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l url -d 'Count the tasks by this endpoint: dumps as of http://host/debug/pprof/goroutine?debug=1, or Prometheus'\''s text as of http://host/metrics; or unix:SOCKET:/PATH' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from watch' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from watch' -f -a '(__fish_complete_command)'
complete -c leaklab -n __fish_use_subcommand -a cite -d 'Cite a pair: the number, its interval, machine, commit and command'
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l format -d 'The form of the citation (text)' -r -f -a 'markdown bibtex text'
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l result -d 'Which one (the fullest that has the pair; of equals the newest)' -r -f
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l results -d 'The folder of saved results (results)' -r -F
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l short -d 'One line: the figure, the day, and where it stands'
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from cite' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from cite' -f -a 'IDS'
complete -c leaklab -n __fish_use_subcommand -a help -d 'List the commands, or show the help of one'
complete -c leaklab -n '__fish_seen_subcommand_from help' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from help' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from help' -f -a 'COMMANDS'
complete -c leaklab -n __fish_use_subcommand -a completion -d 'Print what makes bash, zsh or fish complete the words of leaklab'
complete -c leaklab -n '__fish_seen_subcommand_from completion' -l help -s h -d 'Show this help'
complete -c leaklab -n '__fish_seen_subcommand_from completion' -l version -s V -d 'Show the version'
complete -c leaklab -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'
