/* The user that the process becomes, once it listens, and what that user may not do. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

const struct directive *lint_user(const struct lint *lint)
{
    const struct directive *user = lint_global(lint, KW_GLOBAL_USER), *uid = lint_global(lint, KW_GLOBAL_UID);

    if (user && uid)
        return user->at.src == uid->at.src && user->at.off > uid->at.off ? uid : user;
    return user ? user : uid;
}

bool lint_user_is_root(const struct directive *line)
{
    const struct arg *who = &line->args[0];

    return line->arg_count && text_is(who->text, who->len, line->kw->id == KW_GLOBAL_USER ? "root" : "0");
}

/* Whether the process keeps one of the capabilities, or may. */
static bool keeps_capability(const struct lint *lint, const char *const *capabilities, size_t count)
{
    const struct directive *line = lint_global(lint, KW_GLOBAL_SETCAP);

    for (size_t i = 0; line && line->arg_count && i < count; i++)
        if (line->args[0].flags & ARG_ENV ||
            memmem(line->args[0].text, line->args[0].len, capabilities[i], strlen(capabilities[i])))
            return true;
    return false;
}

const struct directive *lint_user_without(const struct lint *lint, const char *const *capabilities, size_t count)
{
    const struct directive *line = lint_user(lint);

    if (!lint->process_sure || !line || !line->arg_count || line->args[0].flags & ARG_ENV || lint_user_is_root(line) ||
        keeps_capability(lint, capabilities, count))
        return NULL;
    return line;
}
