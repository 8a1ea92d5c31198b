/* The compiled table keeps its own promises, and mkgrammar refuses rows that would break them. Run from the
 * root. */
#include "hacc/lang/grammar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What is not data is code: there must not be much of it (hacc/lang/hooks.h). */
static void hooks_are_few(void **state)
{
    (void)state;
    assert_true(HOOK_COUNT - 1 <= 40);
}

/* Each row is what its name finds in its context, for each version that it covers. */
static void rows_are_found(void **state)
{
    unsigned looked_up = 0;

    (void)state;
    for (int c = 1; c < CONTEXT_COUNT; c++)
        for (uint16_t i = 0; i < contexts[c].row_count; i++) {
            const struct keyword *row = &keywords[contexts[c].rows[i]], *other;
            size_t len = strlen(row->name);

            for (int v = 0; v < HAP_COUNT; v++) {
                const struct keyword *found =
                    keyword_find((enum context_id)c, row->name, len, (enum hap_version)v, &other);

                if (v >= row->since && v <= row->until)
                    assert_ptr_equal(found, row);
                else
                    assert_true(found || other);
                looked_up++;
            }
        }
    assert_true(looked_up > 1000);
}

static void names_are_words(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < keyword_count; i++) {
        const char *name = keywords[i].name;

        assert_true(*name && *name != ' ' && name[strlen(name) - 1] != ' ' && !strstr(name, "  "));
        assert_true(keywords[i].since <= keywords[i].until);
        assert_true(strlen(keywords[i].doc) > 0);
    }
}

/* Whether a signature takes any number of any words. */
static bool takes_anything(uint16_t at)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_REPEAT && sig_at(sig->first)->kind == SIG_PARAM && sig_at(sig->first)->type == TYPE_STR)
            return true;
        if (sig->first && takes_anything(sig->first))
            return true;
    }
    return false;
}

/* Whether HAProxy passes over the lines of a row: they are in frontends alone, and for a backend. */
static bool is_passed_over(const struct keyword *kw)
{
    return kw->side == SIDE_BACKEND && keyword_is_in(kw, CONTEXT_FRONTEND) && !keyword_is_in(kw, CONTEXT_LISTEN);
}

/* A structure that is known is written down: only what is free text, a program's own words, or without effect, is taken
 * as it comes. */
static void few_rows_take_anything(void **state)
{
    static const char *const free_text[] = {"lua.",
                                            "(line)",
                                            "description",
                                            "lua-load",
                                            "lua-load-per-thread",
                                            "51degrees-property-name-list",
                                            "wurfl-information-list",
                                            "compression type",
                                            "compression type-req",
                                            "compression type-res",
                                            "stats show-desc",
                                            "command"};

    (void)state;
    for (uint32_t i = 1; i < keyword_count; i++) {
        bool known = !takes_anything(keywords[i].sig) || is_passed_over(&keywords[i]);

        for (size_t j = 0; j < sizeof(free_text) / sizeof(*free_text) && !known; j++)
            known = strcmp(keywords[i].name, free_text[j]) == 0;
        if (!known)
            fail_msg("'%s' takes any words: %s", keywords[i].name, keywords[i].sig_text);
    }
}

/* --- mkgrammar --- */

static const char *const files[] = {"contexts.yaml", "types.yaml", "rows.yaml"};

static void write_grammar(const char *const *texts)
{
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen(files[i], "w");

        assert_non_null(file);
        fputs(texts[i], file);
        assert_int_equal(fclose(file), 0);
    }
}

/* Runs mkgrammar over a small grammar with `rows`; gives its exit status and what it says. */
static int compile(const char *rows, char *said, size_t size)
{
    static const char contexts_text[] = "- {context: backend, kind: section, key: backends, doc: A.}\n"
                                        "- {context: server, what: server option, doc: A.}\n";
    static const char types_text[] = "- {type: int, predictive: yes, doc: A.}\n"
                                     "- {type: str, doc: A.}\n"
                                     "- {type: ref, arg: symbol, doc: A.}\n";
    static char here[4096], folder[64], command[8192];
    const char *texts[] = {contexts_text, types_text, rows};
    FILE *pipe;
    size_t len;
    int status;

    strcpy(folder, "/tmp/hacc-grammar-XXXXXX");
    assert_non_null(getcwd(here, sizeof(here)));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    write_grammar(texts);
    assert_int_equal(chdir(here), 0);
    snprintf(command, sizeof(command),
             "build/mkgrammar %s/i %s/t %s/contexts.yaml %s/types.yaml %s/rows.yaml 2>&1; s=$?; rm -r %s; exit $s",
             folder, folder, folder, folder, folder, folder);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    len = fread(said, 1, size - 1, pipe);
    said[len] = '\0';
    status = pclose(pipe);
    return status / 256;
}

#define GOOD                                                    \
    "- {kw: weight, in: [server], sig: \"<n:int>\", doc: A.}\n" \
    "- {kw: server, in: [backend], sig: \"<name:str> [@server...]\", named: yes, doc: A.}\n"

static void good_rows_compile(void **state)
{
    char said[4096];

    (void)state;
    assert_int_equal(compile(GOOD, said, sizeof(said)), 0);
    assert_string_equal(said, "");
    assert_int_equal(compile(GOOD "- {kw: a, in: [backend], until: \"2.6\", doc: A.}\n"
                                  "- {kw: a, in: [backend], since: \"2.8\", sig: x, doc: A.}\n",
                             said, sizeof(said)),
                     0);
}

static void bad_rows_are_refused(void **state)
{
    static const struct {
        const char *row, *says;
    } cases[] = {
        {"{kw: a, in: [backend]}", "has no doc"},
        {"{kw: a, in: [nowhere], doc: A.}", "no context 'nowhere'"},
        {"{kw: weight, in: [backend, server], doc: A.}", "overlaps with a row of 'weight' in 'server'"},
        {"{kw: a, in: [backend], since: \"2.5\", doc: A.}", "no such version '2.5'"},
        {"{kw: a, in: [backend], since: \"3.0\", until: \"2.6\", doc: A.}", "since is later than until"},
        {"{kw: a, in: [backend], sig: \"<x:float>\", doc: A.}", "no type 'float'"},
        {"{kw: a, in: [backend], sig: \"<x:int y>\", doc: A.}", "type 'int' takes no 'y'"},
        {"{kw: a, in: [backend], sig: \"<x:int 1...5>\", doc: A.}", "bad range"},
        {"{kw: a, in: [backend], sig: \"@nothing\", doc: A.}", "no context 'nothing'"},
        {"{kw: a, in: [backend], sig: \"[ x\", doc: A.}", "expected ']'"},
        {"{kw: a, in: [backend], sig: \"x ]\", doc: A.}", "unexpected"},
        {"{kw: a, in: [backend], sig: \"{ x | x }\", doc: A.}", "two alternatives begin with 'x'"},
        {"{kw: a, in: [backend], sig: \"{ <x:str> | y }\", doc: A.}", "an alternative that takes any word"},
        {"{kw: a, in: [backend], sig: \"[<x:str>] <y:str>\", doc: A.}", "an optional value before another value"},
        {"{kw: a, in: [backend], sig: x, named: yes, doc: A.}", "does not begin with a parameter"},
        {"{kw: a, in: [backend], repeat: twice, doc: A.}", "repeat is once, last or many, not 'twice'"},
        {"{kw: a, in: [backend], sig: \"@server...\", require: [wieght], doc: A.}", "requires 'wieght'"},
        {"{kw: a, in: [backend], sig: \"@server...\", require: [\"weight|wieght\"], doc: A.}",
         "requires 'weight|wieght'"},
        {"{kw: a, in: [backend], exclude: [wieght], doc: A.}", "excludes 'wieght'"},
        {"{kw: a, in: [backend], to: strr, doc: A.}", "no sample type 'strr'"},
        {"{kw: a, in: [backend], colour: red, doc: A.}", "mkgrammar:"},
        {"{kw: a, in: [backend], doc: A.", "mkgrammar:"},
    };
    char said[4096], rows[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(rows, sizeof(rows), GOOD "- %s\n", cases[i].row);
        if (compile(rows, said, sizeof(said)) != 1 || !strstr(said, cases[i].says))
            fail_msg("%s: said '%s'", cases[i].row, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_are_few),     cmocka_unit_test(rows_are_found),
        cmocka_unit_test(names_are_words),   cmocka_unit_test(few_rows_take_anything),
        cmocka_unit_test(good_rows_compile), cmocka_unit_test(bad_rows_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
