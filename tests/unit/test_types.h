/* What the tests of values share: a value is parsed and what came of it is written as one line of text. */
#ifndef TESTS_UNIT_TEST_TYPES_H
#define TESTS_UNIT_TEST_TYPES_H

#include "hacc/lang/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct value_case {
    const char *text; /* words, separated by one blank; '~' is a blank inside a word */
    const char *want; /* "" or findings: "RULE OFFSET+LENGTH; …", then references: "<kind name>" */
};

/* Splits into words whose places are their offsets in source 1. The words end at the ends of allocations, so
 * that ASan sees a read behind them. */
static uint32_t test_words(const char *text, struct word *words, char **owned)
{
    uint32_t count = 0;

    for (const char *at = text;; at++) {
        size_t len = strcspn(at, " ");
        char *copy = malloc(len ? len : 1);

        assert_non_null(copy);
        memcpy(copy, at, len);
        for (size_t i = 0; i < len; i++)
            if (copy[i] == '~')
                copy[i] = ' ';
        owned[count] = copy;
        words[count++] =
            (struct word){.text = copy, .len = (uint32_t)len, .at = {1, (uint32_t)(at - text), (uint32_t)len}};
        at += len;
        if (!*at)
            return count;
    }
}

static void describe(const struct diags *diags, const struct lang *lang, char *out, size_t size)
{
    size_t at = 0;

    *out = '\0';
    for (uint32_t i = 0; i < diags->count && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s %u+%u", at ? "; " : "", rule_get(diags->at[i].rule)->id,
                               diags->at[i].at[0].off, diags->at[i].at[0].len);
    for (const struct ref *ref = lang->refs; ref && at < size; ref = ref->next)
        at += (size_t)snprintf(out + at, size - at, "%s<%s %.*s>", at ? " " : "", symbol_names[ref->kind],
                               (int)ref->len, ref->name);
}

/* Parses `text` and compares what was found with `want`; the number of words taken must be `taken` (0: all).
 */
static void check_value_taken(struct sig param, enum hap_version version, const char *text, const char *want,
                              uint32_t taken)
{
    struct word words[64];
    char *owned[64], got[1024];
    uint32_t count = test_words(text, words, owned), took;
    struct arena arena;
    struct diags diags;
    struct lang lang;

    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, version);
    took = type_parse(&lang, &param, words, count);
    describe(&diags, &lang, got, sizeof(got));
    if (strcmp(got, want) != 0 || took != (taken ? taken : count)) {
        print_error("%s '%s' (%s): wanted '%s' and %u words, got '%s' and %u\n", types[param.type].name, text,
                    hap_version_names[version], want, taken ? taken : count, got, took);
        if (diags.count)
            print_error("first: %s\n", diags.at[0].msg);
        fail();
    }
    if (count == 1) /* looking must agree with parsing, and leave nothing */
        assert_int_equal(type_accepts(&lang, &param, &words[0]), diags.errors == 0);
    for (uint32_t i = 0; i < count; i++)
        free(owned[i]);
    arena_release(&arena);
}

static void check_values(struct sig param, enum hap_version version, const struct value_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_value_taken(param, version, cases[i].text, cases[i].want, 0);
}

#define CHECK(param, version, ...)                                              \
    do {                                                                        \
        const struct value_case cases_[] = {__VA_ARGS__};                       \
        check_values(param, version, cases_, sizeof(cases_) / sizeof(*cases_)); \
    } while (0)

/* A <x:type> without a range. */
static struct sig param_of(enum type_id type, unsigned arg)
{
    return (struct sig){.kind = SIG_PARAM,
                        .type = (uint8_t)type,
                        .unit = UNIT_MS,
                        .arg = (uint8_t)arg,
                        .text = "x",
                        .min = INT64_MIN,
                        .max = INT64_MAX};
}

#endif
