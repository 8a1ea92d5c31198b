/* mkrules IDS.h TABLE.c FAMILY.yaml…: compiles the rules of hacc from rules/ to C. */
#include "grammar/rows.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct rule_row {
    char *id, *severity, *haproxy;
    char *since, *until;
    char *summary, *why;
    char *form; /* of bad and good: "yaml" or "cfg" */
    char *bad, *good, *without;
    char *fix;
    bool proof;
    const char *file; /* where it stands */
    const char *family;
};

struct family {
    char *family, *summary;
    struct rule_row *rules;
    unsigned rules_count;
};

struct book {
    struct family *families;
    unsigned family_count;
    struct rule_row *rules; /* of all families, in the order of their ids */
    unsigned rule_count;
    unsigned faults;
};

#define NEEDED(key, type, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, CYAML_UNLIMITED)

static const cyaml_schema_field_t rule_fields[] = {
    NEEDED("id", struct rule_row, id),           NEEDED("severity", struct rule_row, severity),
    NEEDED("haproxy", struct rule_row, haproxy), TEXT("since", struct rule_row, since),
    TEXT("until", struct rule_row, until),       NEEDED("summary", struct rule_row, summary),
    NEEDED("why", struct rule_row, why),         TEXT("form", struct rule_row, form),
    TEXT("bad", struct rule_row, bad),           TEXT("good", struct rule_row, good),
    TEXT("without", struct rule_row, without),   TEXT("fix", struct rule_row, fix),
    FLAG("proof", struct rule_row, proof),       CYAML_FIELD_END};

static const cyaml_schema_value_t rule_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct rule_row, rule_fields)};

static const cyaml_schema_field_t family_fields[] = {
    NEEDED("family", struct family, family), NEEDED("summary", struct family, summary),
    CYAML_FIELD_SEQUENCE("rules", CYAML_FLAG_POINTER, struct family, rules, &rule_value, 1, CYAML_UNLIMITED),
    CYAML_FIELD_END};

static const cyaml_schema_value_t family_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct family, family_fields)};

__attribute__((format(printf, 3, 4))) static void fault(struct book *book, const struct rule_row *row, const char *fmt,
                                                        ...)
{
    va_list ap;

    fprintf(stderr, "mkrules: %s: '%s': ", row->file, row->id);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    book->faults++;
}

static bool load_family(struct book *book, const char *path)
{
    struct family *family;

    if (!rows_load(path, &family_value, &family, NULL))
        return false;
    book->families[book->family_count++] = *family;
    book->rules = realloc(book->rules, (book->rule_count + family->rules_count) * sizeof(*book->rules));
    if (!book->rules)
        abort();
    for (unsigned i = 0; i < family->rules_count; i++) {
        family->rules[i].file = path;
        family->rules[i].family = family->family;
        book->rules[book->rule_count++] = family->rules[i];
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct rule_row *)a)->id, ((const struct rule_row *)b)->id);
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

static bool is_id(const char *id)
{
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id) && islower((unsigned char)*id);
}

static void check_words(struct book *book, const struct rule_row *row)
{
    static const char *const severities[] = {"error", "warning", "info", NULL};
    static const char *const verdicts[] = {"silent", "warns", "refuses", "unseen", NULL};
    static const char *const forms[] = {"yaml", "cfg", NULL};
    static const char *const fixes[] = {"certain", NULL};

    if (!is_id(row->id))
        fault(book, row, "an id is small letters, digits and '-'");
    if (!is_one_of(row->severity, severities))
        fault(book, row, "severity is error, warning or info, not '%s'", row->severity);
    if (!is_one_of(row->haproxy, verdicts))
        fault(book, row, "haproxy is silent, warns, refuses or unseen, not '%s'", row->haproxy);
    if (row->form && !is_one_of(row->form, forms))
        fault(book, row, "form is yaml or cfg, not '%s'", row->form);
    if (row->fix && !is_one_of(row->fix, fixes))
        fault(book, row, "fix is certain, or not there");
    if ((row->since && grammar_version(row->since) < 0) || (row->until && grammar_version(row->until) < 0))
        fault(book, row, "no such version '%s'", row->until ? row->until : row->since);
}

static void check_texts(struct book *book, const struct rule_row *row)
{
    size_t summary = strlen(row->summary), why = strlen(row->why);

    while (why && isspace((unsigned char)row->why[why - 1]))
        why--;
    if (strncmp(row->summary, "finds ", 6) == 0 || row->summary[summary - 1] == '.')
        fault(book, row, "the summary completes 'finds …' and has no full stop");
    if (!why || row->why[why - 1] != '.')
        fault(book, row, "why is whole sentences");
    if (row->without ? row->bad || row->good : !row->bad || !row->good)
        fault(book, row, "there are bad and good, or without and its reason");
    else if (!row->without && strcmp(row->bad, row->good) == 0)
        fault(book, row, "good is bad with a change");
    if (row->proof && row->without)
        fault(book, row, "without bad and good there is nothing to prove");
}

static void check(struct book *book)
{
    for (unsigned i = 0; i < book->family_count; i++)
        for (unsigned j = 0; j < i; j++)
            if (strcmp(book->families[i].family, book->families[j].family) == 0)
                fault(book, book->families[i].rules, "its family '%s' is in another file too",
                      book->families[j].family);
    for (unsigned i = 0; i < book->rule_count; i++) {
        check_words(book, &book->rules[i]);
        check_texts(book, &book->rules[i]);
        if (i && by_id(&book->rules[i - 1], &book->rules[i]) == 0)
            fault(book, &book->rules[i], "this id is taken, in %s", book->rules[i - 1].file);
    }
}

static void emit_ids(void *data, FILE *out)
{
    const struct book *book = data;

    fputs("/* Made by mkrules. */\n#ifndef RULE_IDS_H\n#define RULE_IDS_H\n\nenum rule_id {\n", out);
    for (unsigned i = 0; i < book->rule_count; i++) {
        fputs("    ", out);
        emit_ident(out, "RULE", book->rules[i].id);
        fputs(",\n", out);
    }
    fputs("    RULE_COUNT\n};\n\nenum rule_family {\n", out);
    for (unsigned i = 0; i < book->family_count; i++) {
        fputs("    ", out);
        emit_ident(out, "FAMILY", book->families[i].family);
        fputs(",\n", out);
    }
    fputs("    FAMILY_COUNT\n};\n\n#endif\n", out);
}

static void emit_text(FILE *out, const char *text)
{
    emit_string(out, text);
    fputs(", ", out);
}

static void emit_rule(const struct rule_row *row, FILE *out)
{
    fputs("    {", out);
    emit_text(out, row->id);
    emit_ident(out, "SEVERITY", row->severity);
    fputs(", ", out);
    emit_ident(out, "FAMILY", row->family);
    fputs(", ", out);
    emit_ident(out, "REACTION", row->haproxy);
    fputs(", ", out);
    emit_text(out, row->since);
    emit_text(out, row->until);
    emit_text(out, row->summary);
    emit_text(out, row->why);
    emit_text(out, row->bad);
    emit_text(out, row->good);
    emit_text(out, row->without);
    fprintf(out, "%d, %d, %d},\n", row->form && strcmp(row->form, "cfg") == 0, row->fix != NULL, row->proof);
}

static void emit_table(void *data, FILE *out)
{
    const struct book *book = data;

    fputs("/* Made by mkrules. */\n#include \"hacc/base/rule.h\"\n\nconst struct rule rule_table[RULE_COUNT] = {\n",
          out);
    for (unsigned i = 0; i < book->rule_count; i++)
        emit_rule(&book->rules[i], out);
    fputs("};\n\nconst struct rule_family_row rule_family_table[FAMILY_COUNT] = {\n", out);
    for (unsigned i = 0; i < book->family_count; i++) {
        fputs("    {", out);
        emit_text(out, book->families[i].family);
        emit_string(out, book->families[i].summary);
        fputs("},\n", out);
    }
    fputs("};\n", out);
}

int main(int argc, char **argv)
{
    struct book book = {0};

    if (argc < 4) {
        fprintf(stderr, "usage: mkrules IDS.h TABLE.c FAMILY.yaml...\n");
        return 2;
    }
    book.families = grammar_alloc((size_t)argc * sizeof(*book.families));
    for (int i = 3; i < argc; i++)
        if (!load_family(&book, argv[i]))
            return 1;
    qsort(book.rules, book.rule_count, sizeof(*book.rules), by_id);
    check(&book);
    if (book.faults) {
        fprintf(stderr, "mkrules: %u faults\n", book.faults);
        return 1;
    }
    return !rows_write(argv[1], emit_ids, &book) || !rows_write(argv[2], emit_table, &book);
}
