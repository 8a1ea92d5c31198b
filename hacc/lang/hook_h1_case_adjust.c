/* h1-case-adjust: a header's name, and the same name as it is to be written. Source: asked of the binaries. */
#include "hacc/lang/hooks.h"
#include "hacc/lang/value.h"

#include <strings.h>

HOOK(h1_case_adjust)
{
    const struct arg *from = &match->args[0], *to = &match->args[1];

    (void)kw;
    (void)at;
    if ((from->flags | to->flags) & (ARG_ENV | ARG_POISON))
        return;
    if (from->len != to->len || strncasecmp(from->text, to->text, from->len) != 0)
        match->failed = !lang_fault(match->lang, RULE_BAD_VALUE, arg_span(to), "as in content-length Content-Length",
                                    "'%.*s' and '%.*s' differ in more than their case", (int)from->len, from->text,
                                    (int)to->len, to->text);
}
