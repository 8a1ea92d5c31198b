/* option httpchk: the version of HTTP behind the URI, and nothing else. Source: asked of the binaries. */
#include "hacc/lang/hooks.h"
#include "hacc/lang/value.h"

HOOK(httpchk)
{
    (void)kw;
    (void)at;
    for (uint32_t i = 0; i < match->count; i++) {
        const struct arg *arg = &match->args[i];

        if (arg->flags & (ARG_ENV | ARG_POISON) || !memmem(arg->text, arg->len, "\r\n", 2))
            continue;
        match->failed = !lang_fault(match->lang, RULE_HTTPCHK_HTTP11_INLINE, arg_span(arg),
                                    "write them as 'http-check send hdr Host www.example.com'",
                                    "from HAProxy 2.8 on 'option httpchk' takes no headers behind the version");
        return;
    }
}
