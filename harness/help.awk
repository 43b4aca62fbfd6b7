# Makes `make help` of the Makefile: under each section's name the targets that say what they are for,
# and the settings with the comment before them.

/^# --- / {
    section = $0
    sub(/^# --- /, "", section)
    sub(/ -+$/, "", section)
    settings = section ~ /^Settings/
    said = ""
    next
}

/^# -+$/ { settings = 0 }

settings && /^# / { said = said (said ? " " : "") substr($0, 3) }

settings && /^[A-Z_]+ *=/ {
    if (!told++)
        list = section "\n"
    name = $1
    sub(/^[A-Z_]+ *= */, "")
    list = list sprintf("  %-33s %s\n", name "=" $0, said)
    said = ""
}

/^[a-z][a-z0-9_.\/-]*:.* ## / {
    if (section != titled)
        printf "%s\n", section
    titled = section
    name = $0
    sub(/:.*/, "", name)
    sub(/.* ## /, "")
    printf "  make %-28s %s\n", name, $0
}

END { printf "%s", list }
