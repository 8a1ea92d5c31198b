#include "hacc/deploy/runtime_commands.h"

#include "hacc/lang/value.h"

enum { ANY_SERVER = false, DISABLED_SERVER = true };

const struct runtime_command runtime_commands[] = {
#define COMMAND(way, phase, since, line, not_when, text, wait, ...) \
    {way, phase, since, line, not_when, text, wait, {__VA_ARGS__}},
#include "hacc/deploy/runtime_commands.def"
#undef COMMAND
};

const size_t runtime_command_count = sizeof(runtime_commands) / sizeof(*runtime_commands);

bool runtime_command_is_for(const struct runtime_command *command, const struct runtime_operation *operation,
                            enum hap_version version)
{
    const struct directive *line = operation->side->line ? operation->side->line : operation->old_side->line;

    if (command->way != operation->way || version < command->since)
        return false;
    if (command->line != KW_NONE && (!line || line->kw->id != command->line))
        return false;
    return !command->not_disabled || !operation->new->disabled;
}

enum runtime_reply runtime_reply_of(const struct runtime_command *command, const struct admin_answer *answer)
{
    uint32_t len = answer->len < 256 ? (uint32_t)answer->len : 256;

    if (answer->failure || memchr(answer->text, '\n', answer->len))
        return REPLY_BAD;
    for (size_t i = 0; command->good[i]; i++)
        if (*command->good[i] ? text_begins(answer->text, len, command->good[i]) : !len)
            return REPLY_GOOD;
    return command->wait && text_begins(answer->text, len, command->wait) ? REPLY_WAIT : REPLY_BAD;
}
