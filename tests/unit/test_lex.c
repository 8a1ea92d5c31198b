/* HAProxy's lexing of a line, and the quoting that undoes it. What each line means was asked of haproxy 2.2, 2.6, 3.0
 * and 3.2 (see hacc/read/cfg_lex.h). */
#include "hacc/read/cfg_lex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct diags diags;
    struct lang lang;
    struct words words;
};

static void begin(struct fixture *f, enum hap_version version)
{
    arena_init(&f->arena, NULL);
    diags_init(&f->diags, &f->arena);
    lang_init(&f->lang, &f->diags, version);
    words_init(&f->words, &f->arena);
}

/* Lexes `text` and compares the words, each in <>, then the findings as "rule offset+length". */
static void check(enum cfg_lex_mode mode, enum hap_version version, const char *text, const char *want)
{
    struct text_place place = {.at = {1, 0, (uint32_t)strlen(text)}, .direct = true};
    struct fixture f;
    struct buf got;
    bool good;

    begin(&f, version);
    buf_init(&got, NULL);
    good = cfg_lex(&f.words, &f.lang, mode, text, (uint32_t)strlen(text), &place);
    for (uint32_t i = 0; i < f.words.count; i++)
        buf_printf(&got, "<%.*s>", (int)f.words.at[i].len, f.words.at[i].text);
    for (uint32_t i = 0; i < f.diags.count; i++)
        buf_printf(&got, " %s %u+%u", rule_get(f.diags.at[i].rule)->id, f.diags.at[i].at[0].off,
                   f.diags.at[i].at[0].len);
    if (strcmp(buf_text(&got), want) != 0)
        fail_msg("'%s': wanted %s, got %s", text, want, buf_text(&got));
    assert_int_equal(good, f.diags.errors == 0);
    buf_release(&got);
    arena_release(&f.arena);
}

static void blanks_separate(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "", "");
    check(LEX_CFG, HAP_2_6, "   \t ", "");
    check(LEX_CFG, HAP_2_6, "bind :80", "<bind><:80>");
    check(LEX_CFG, HAP_2_6, "\tbind\t \t:80  ", "<bind><:80>");
    check(LEX_CFG, HAP_2_6, "\v\fbind\v:80\f", "<bind><:80>");
    check(LEX_YAML, HAP_2_6, "bind\n:80\r\n", "<bind><:80>");
}

static void a_carriage_return_ends_the_line(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "bind :80\r", "<bind><:80>");
    check(LEX_CFG, HAP_2_6, "bind :80\r \r", "<bind><:80>");
    check(LEX_CFG, HAP_2_6, "bind :80\rssl", "<bind><:80> ignored-text 9+3");
    check(LEX_CFG, HAP_2_6, "bind :80\r# c", "<bind><:80> ignored-text 9+3");
    check(LEX_CFG, HAP_2_6, "\rbind \r:80", "<bind><:80>"); /* behind a blank it is one */
    check(LEX_CFG, HAP_2_6, "a \"b\rc\" d", "<a><b> bad-quoting 2+1");
    check(LEX_CFG, HAP_2_6, "a 'b\rc' d", "<a><b> bad-quoting 2+1");
}

static void escapes(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "a\\ b", "<a b>");
    check(LEX_CFG, HAP_2_6, "a\\#b", "<a#b>");
    check(LEX_CFG, HAP_2_6, "\\\\ \\' \\\"", "<\\><'><\">");
    check(LEX_CFG, HAP_2_6, "a\\nb\\rc\\td", "<a\nb\rc\td>");
    check(LEX_CFG, HAP_2_6, "\\x41\\x62", "<Ab>");
    check(LEX_CFG, HAP_2_6, "\\d \\. \\1", "<\\d><\\.><\\1>"); /* before anything else a backslash stays */
    check(LEX_CFG, HAP_2_6, "a\\", "<a\\>");
    check(LEX_CFG, HAP_2_6, "\\$X", "<\\$X> unquoted-variable 1+2"); /* \$ is an escape in double quotes only */
    check(LEX_CFG, HAP_2_6, "\"\\$X\"", "<$X>");
}

static void quotes(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "'a b' \"c d\"", "<a b><c d>");
    check(LEX_CFG, HAP_2_6, "a'b c'd\"e f\"g", "<ab cde fg>");
    check(LEX_CFG, HAP_2_6, "'a\\nb\"c$D#e'", "<a\\nb\"c$D#e>"); /* single quotes take everything as it is */
    check(LEX_CFG, HAP_2_6, "\"a\\\"b\\nc\\d#e'f\"", "<a\"b\nc\\d#e'f>");
    check(LEX_CFG, HAP_2_6, "'' \"\"", "<><>");
}

static void a_hash_ends_the_line(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "a b # c", "<a><b>");
    check(LEX_CFG, HAP_2_6, "a#b c", "<a>");
    check(LEX_CFG, HAP_2_6, "# a", "");
    check(LEX_YAML, HAP_2_6, "a#b c", "<a#b><c> text-comment 1+1");
    check(LEX_YAML, HAP_2_6, "'a#b' a\\#b", "<a#b><a#b>");
}

static void variables(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "\"a $X b\" \"${X}\"", "<\"a ${X} b\"><\"${X}\">");
    check(LEX_CFG, HAP_2_6, "\"${X-a b}\" \"${X[*]}\"", "<\"${X-a b}\"><\"${X[*]}\">");
    check(LEX_CFG, HAP_2_6, "${X}", "<${X}> unquoted-variable 0+4");
    check(LEX_CFG, HAP_2_6, "'${X}' '$X'", "<${X}><$X>");
    check(LEX_YAML, HAP_2_6, "${X} a${X}b", "<\"${X}\"><\"a${X}b\">");
    check(LEX_YAML, HAP_2_6, "$X", "<$X> unquoted-variable 0+2");
    check(LEX_YAML, HAP_2_6, "$${X} $${", "<${X}><${>");
    check(LEX_YAML, HAP_2_6, "$ $5 a$", "<$><$5><a$>");
    check(LEX_YAML, HAP_2_6, "$5$salt$hash $6$rounds=5$x", "<$5$salt$hash><$6$rounds=5$x>"); /* crypt(3) */
    check(LEX_CFG, HAP_2_6, "\"${X[*]-a b}\"", "<\"${X[*]-a b}\">");
    check(LEX_CFG, HAP_2_6, "\"${X-a\"b'c\\d#e}\"", "<\"${X-a\"b'c\\d#e}\">"); /* a default is taken as it stands */
    check(LEX_CFG, HAP_2_6, "\"$X-a\"", "<\"${X}-a\">"); /* one spelling for what means the same */
    check(LEX_CFG, HAP_2_6, "\"${.LINE} $.FILE ${.SECTION}\"", "<\"${.LINE} ${.FILE} ${.SECTION}\">");
    check(LEX_CFG, HAP_2_6, "a\"$X\"'b \"c'", "<\"a${X}b \\\"c\">");
}

static void each_form_of_a_variable_has_its_version(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_4, "\"${X-a}\"", "<\"${X-a}\"> wrong-version 1+6");
    check(LEX_CFG, HAP_2_6, "\"${X-a}\"", "<\"${X-a}\">");
    check(LEX_CFG, HAP_2_2, "\"${X[*]}\"", "<\"${X[*]}\"> wrong-version 1+7");
    check(LEX_CFG, HAP_2_4, "\"${X[*]}\"", "<\"${X[*]}\">");
    check(LEX_CFG, HAP_2_2, "\"$.LINE\"", "<\"${.LINE}\"> wrong-version 1+6");
    check(LEX_CFG, HAP_2_4, "\"$.LINE\"", "<\"${.LINE}\">");
}

static void faults(void **state)
{
    (void)state;
    check(LEX_CFG, HAP_2_6, "\"${X\"", "<${X> bad-quoting 1+2");
    check(LEX_CFG, HAP_2_6, "\"${X Y}\"", "<${X Y}> bad-quoting 1+2");
    check(LEX_CFG, HAP_2_6, "\"${X[+]}\"", "<${X[+]}> bad-quoting 1+2");
    check(LEX_CFG, HAP_2_6, "\"${X-a\"", "<${X-a> bad-quoting 1+2");
    check(LEX_CFG, HAP_2_6, "\"${5}\"", "<${5}> bad-quoting 1+1");
    check(LEX_CFG, HAP_2_6, "\"$.OTHER\"", "<$.OTHER> bad-quoting 1+1");
    check(LEX_CFG, HAP_2_6, "a \"b c", "<a><b c> bad-quoting 2+1");
    check(LEX_CFG, HAP_2_6, "a 'b c", "<a><b c> bad-quoting 2+1");
    check(LEX_CFG, HAP_2_6, "\\xg1", "<g1> bad-quoting 0+2");
    check(LEX_CFG, HAP_2_6, "\\x4", "<4> bad-quoting 0+2");
    check(LEX_CFG, HAP_2_6, "a\\x00b\"$X\" c", "<a><c> ignored-text 1+4"); /* HAProxy ends the word there */
    check(LEX_YAML, HAP_2_6, "a\\x00b", "<a> unsafe-text 1+4");
    check(LEX_CFG, HAP_2_6, "\"$(\"", "<$(> bad-quoting 1+1");
}

static void poison_keeps_a_mistake_at_one_message(void **state)
{
    static const char text[] = "good 'bad";
    struct text_place place = {.at = {1, 0, 9}, .direct = true};
    struct fixture f;

    (void)state;
    begin(&f, HAP_2_6);
    assert_false(cfg_lex(&f.words, &f.lang, LEX_CFG, text, 9, &place));
    assert_false(f.words.at[0].flags & WORD_POISON);
    assert_true(f.words.at[1].flags & WORD_POISON);
    arena_release(&f.arena);
}

static void places(void **state)
{
    static const char text[] = "one 'two three' fo\\ ur";
    struct text_place place = {.at = {1, 100, sizeof(text) - 1}, .direct = true};
    struct fixture f;

    (void)state;
    begin(&f, HAP_2_6);
    assert_true(cfg_lex(&f.words, &f.lang, LEX_CFG, text, sizeof(text) - 1, &place));
    assert_int_equal(f.words.at[0].at.off, 100);
    assert_int_equal(f.words.at[0].at.len, 3);
    assert_int_equal(f.words.at[1].at.off, 104);
    assert_int_equal(f.words.at[1].at.len, 11);                 /* with its quotes */
    assert_int_equal(word_span(&f.words.at[1], 4, 5).off, 109); /* "three" */
    assert_int_equal(word_span(&f.words.at[2], 3, 1).off, 116); /* escapes inside: the whole word */
    assert_int_equal(word_span(&f.words.at[2], 3, 1).len, 6);
    arena_release(&f.arena);
}

/* A value taken literally. */
static void check_word(const char *text, bool fixed, const char *want, bool env)
{
    struct fixture f;
    struct word word = {.text = NULL};

    begin(&f, HAP_2_6);
    cfg_word(&word, &f.lang, text, (uint32_t)strlen(text), fixed);
    if (word.len != strlen(want) || memcmp(word.text, want, word.len) != 0 || !(word.flags & WORD_ENV) == env)
        fail_msg("'%s': wanted %s, got %.*s", text, want, (int)word.len, word.text);
    arena_release(&f.arena);
}

static void literal_values(void **state)
{
    (void)state;
    check_word("plain", false, "plain", false);
    check_word("two words \\n 'q' \"d\" #", false, "two words \\n 'q' \"d\" #", false);
    check_word("$HOME", false, "$HOME", false);
    check_word("a ${X} b", false, "\"a ${X} b\"", true);
    check_word("a \"${X-1}\" \\ $5", false, "\"a \\\"${X-1}\\\" \\\\ \\$5\"", true);
    check_word("$${X}", false, "${X}", false);
    check_word("$${X} ${Y}", false, "\"\\${X} ${Y}\"", true);
    check_word("${X}", true, "${X}", false); /* !env and !file */
    check_word("$${X}", true, "$${X}", false);
    check_word("${", false, "${", false);
}

static void check_quote(const char *text, size_t len, const char *want)
{
    struct text_place place = {.at = {0, 0, 0}};
    struct fixture f;
    struct buf out;

    begin(&f, HAP_2_6);
    buf_init(&out, NULL);
    cfg_quote(&out, text, (uint32_t)len, true);
    if (strcmp(buf_text(&out), want) != 0)
        fail_msg("'%s': wanted %s, got %s", text, want, buf_text(&out));
    /* and back */
    assert_true(cfg_lex(&f.words, &f.lang, LEX_CFG, out.data, (uint32_t)out.len, &place));
    assert_int_equal(f.words.count, 1);
    assert_int_equal(f.words.at[0].len, len);
    assert_memory_equal(f.words.at[0].text, text, len);
    assert_false(f.words.at[0].flags & WORD_ENV);
    assert_int_equal(f.diags.count, 0);
    buf_release(&out);
    arena_release(&f.arena);
}

static void quoting(void **state)
{
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"a.b:c/d,e", "a.b:c/d,e"},
        {"two words", "'two words'"},
        {"it's", "\"it's\""},
        {"\"", "'\"'"},
        {"'\"$X\\", "\"'\\\"\\$X\\\\\""},
        {"a#b", "'a#b'"},
        {"a\tb", "'a\tb'"},
        {"a\nb", "\"a\\nb\""},
        {"a\r\nb", "\"a\\r\\nb\""},
        {"$X", "'$X'"},
        {"${X}", "'${X}'"},
        {"$5", "$5"},
        {"a$", "a$"},
        {"\\d", "\\d"},
        {"\\n", "'\\n'"},
        {"a\\", "'a\\'"},
        {"\\x41", "'\\x41'"},
        {"\xc3\xbc", "\xc3\xbc"},
        {"%[src]", "%[src]"},
        {"\\$X", "'\\$X'"},
        {"$_", "'$_'"},
        {"(a|b)\\.c$", "(a|b)\\.c$"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check_quote(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    check_quote("", 0, "\"\"");
}

/* Every pair of bytes comes back from the quotes: no value can leave its word. */
static void every_pair_comes_back(void **state)
{
    struct text_place place = {.at = {0, 0, 0}};
    char text[4] = "a";

    (void)state;
    for (int high = 1; high < 256; high++) {
        struct fixture f;

        begin(&f, HAP_2_6);
        for (int low = 1; low < 256; low++) {
            struct buf out;

            text[1] = (char)high;
            text[2] = (char)low;
            buf_init(&out, NULL);
            cfg_quote(&out, text, 3, true);
            f.words.count = 0;
            assert_true(cfg_lex(&f.words, &f.lang, LEX_CFG, out.data, (uint32_t)out.len, &place));
            if (f.words.count != 1 || f.words.at[0].len != 3 || memcmp(f.words.at[0].text, text, 3) != 0 ||
                memchr(out.data, '\n', out.len) || f.diags.count)
                fail_msg("bytes %02x %02x do not come back from %s", high, low, buf_text(&out));
            buf_release(&out);
        }
        arena_release(&f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_separate),
        cmocka_unit_test(a_carriage_return_ends_the_line),
        cmocka_unit_test(escapes),
        cmocka_unit_test(quotes),
        cmocka_unit_test(a_hash_ends_the_line),
        cmocka_unit_test(variables),
        cmocka_unit_test(each_form_of_a_variable_has_its_version),
        cmocka_unit_test(faults),
        cmocka_unit_test(poison_keeps_a_mistake_at_one_message),
        cmocka_unit_test(places),
        cmocka_unit_test(literal_values),
        cmocka_unit_test(quoting),
        cmocka_unit_test(every_pair_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
