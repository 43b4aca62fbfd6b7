/* All commands, in the order of help: a new one is a file of its own, and a word here. */
#include "command/command.h"

const struct command *const commands[] = {
    &command_check,   &command_run,      &command_list,     &command_show, &command_dump,
    &command_explain, &command_serve,    &command_watch,    &command_ps,   &command_pstree,
    &command_detect,  &command_campaign, &command_report,   &command_save, &command_verify,
    &command_compare, &command_cite,     &command_forecast, &command_help, &command_completion,
    &command_manual,  &command_case,     &command_live,     NULL,
};
