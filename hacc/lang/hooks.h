/* Checks of single keywords that no signature can express. A row names its hook (hook: NAME); the test
 * tests/unit/test_grammar.c counts them: at most 40. */
#ifndef HACC_LANG_HOOKS_H
#define HACC_LANG_HOOKS_H

#include "hacc/lang/match.h"

/* Looks at a directive whose words have matched, for its keyword or one of its options, which stands at `at`; reports
 * what is wrong with it to match->lang->diags, and sets match->failed. */
#define HOOK(name) void hook_##name(struct match *match, const struct keyword *kw, struct span at)

HOOK(cpu_map);
HOOK(reply);
HOOK(h1_case_adjust);
HOOK(httpchk);

extern void (*const hook_table[])(struct match *match, const struct keyword *kw, struct span at); /* by hook_id */

#endif
