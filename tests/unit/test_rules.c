/* The rules keep their own promises, and mkrules refuses rows that would break them. Run from the root. */
#include "hacc/base/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void rules_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < RULE_COUNT; i++) {
        const char *id = rule_get((enum rule_id)i)->id;
        size_t len = strlen(id);

        assert_int_equal(rule_find(id, len), i);
        assert_int_equal(rule_find(id, len - 1), RULE_COUNT);
        assert_int_equal(rule_find(id, len + 1), RULE_COUNT); /* a NUL byte is none of an id */
    }
    assert_int_equal(rule_find("", 0), RULE_COUNT);
    assert_int_equal(rule_find("zzz", 3), RULE_COUNT);
    assert_int_equal(rule_find("unknown-keyword]", strlen("unknown-keyword")), RULE_UNKNOWN_KEYWORD);
}

static void families_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        const char *id = rule_family_get((enum rule_family)i)->id;

        assert_int_equal(rule_family_find(id, strlen(id)), i);
        assert_int_equal(rule_find(id, strlen(id)), RULE_COUNT); /* --only takes both */
    }
    assert_int_equal(rule_family_find("rout", 4), FAMILY_COUNT);
}

static void near_ids_are_suggested(void **state)
{
    (void)state;
    assert_string_equal(rule_suggest("unknown-keywrod", 15, false), "unknown-keyword");
    assert_string_equal(rule_suggest("routin", 6, true), "routing");
    assert_null(rule_suggest("zzzzzzzz", 8, true));
}

/* Runs mkrules over a family with the rules; gives its exit status and what it says. */
static int compile(const char *rules, char *said, size_t size)
{
    char folder[] = "/tmp/hacc-rules-XXXXXX", path[64], command[512];
    FILE *file;
    int status;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/family.yaml", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "family: f\nsummary: s\nrules:\n%s", rules);
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof(command), "build/mkrules %s/i %s/t %s 2>&1; s=$?; rm -r %s; exit $s", folder, folder, path,
             folder);
    file = popen(command, "r");
    assert_non_null(file);
    said[fread(said, 1, size - 1, file)] = '\0';
    status = pclose(file);
    return status / 256;
}

#define HEAD "severity: error, haproxy: silent, summary: a fault, "
#define WHY  "why: It fails., "
#define GOOD "  - {id: a-b, " HEAD WHY "bad: x, good: y}\n"

static void good_rows_compile(void **state)
{
    char said[4096];

    (void)state;
    assert_int_equal(compile(GOOD "  - {id: c, " HEAD WHY "without: no text shows it}\n", said, sizeof(said)), 0);
    assert_string_equal(said, "");
}

static void bad_rows_are_refused(void **state)
{
    static const struct {
        const char *row, *says;
    } cases[] = {
        {"{id: a-b, " HEAD WHY "bad: x, good: z}", "this id is taken"},
        {"{id: c d, " HEAD WHY "bad: x, good: z}", "an id is"},
        {"{id: c, " HEAD "bad: x, good: z}", "why"},
        {"{id: c, " HEAD "why: it fails, bad: x, good: z}", "why is whole sentences"},
        {"{id: c, " HEAD WHY "bad: x}", "there are bad and good"},
        {"{id: c, " HEAD WHY "bad: x, good: y, without: z}", "there are bad and good"},
        {"{id: c, " HEAD WHY "bad: x, good: x}", "good is bad with a change"},
        {"{id: c, " HEAD WHY "bad: x, good: z, form: json}", "form is yaml or cfg"},
        {"{id: c, " HEAD WHY "bad: x, good: z, fix: maybe}", "fix is certain"},
        {"{id: c, " HEAD WHY "bad: x, good: z, until: \"2.5\"}", "no such version '2.5'"},
        {"{id: c, severity: fatal, haproxy: silent, summary: a fault, " WHY "bad: x, good: z}", "severity is"},
        {"{id: c, severity: error, haproxy: crashes, summary: a fault, " WHY "bad: x, good: z}", "haproxy is"},
        {"{id: c, severity: error, haproxy: silent, summary: finds it, " WHY "bad: x, good: z}", "the summary"},
        {"{id: c, " HEAD WHY "bad: x, good: z, colour: red}", "mkrules:"},
    };
    char said[4096], rows[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(rows, sizeof(rows), GOOD "  - %s\n", cases[i].row);
        if (compile(rows, said, sizeof(said)) != 1 || !strstr(said, cases[i].says))
            fail_msg("%s: said '%s'", cases[i].row, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_found),        cmocka_unit_test(families_are_found),
        cmocka_unit_test(near_ids_are_suggested), cmocka_unit_test(good_rows_compile),
        cmocka_unit_test(bad_rows_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
