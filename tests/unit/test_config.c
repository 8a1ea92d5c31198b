/* struct config: names, sections, and the lines that stand in them. */
#include "test_config_fixture.h"

static const struct span nowhere;

static struct directive *add(struct fixture *f, struct section *section, const char *keyword, const char *word)
{
    struct word value = {.text = word, .len = (uint32_t)strlen(word)};
    const struct keyword *kw = keyword_find(section->context, keyword, strlen(keyword), HAP_2_6, NULL);
    struct directive *directive;
    struct match match;

    assert_non_null(kw);
    match_init(&match, &f->config.lang);
    match_begin(&match, nowhere);
    f->config.lang.kw = kw;
    assert_true(match_words(&match, kw, &value, *word ? 1 : 0));
    directive = config_directive(&f->config, kw, &match);
    section_add(section, directive);
    return directive;
}

static void names_are_found(void **state)
{
    struct fixture *f = *state;
    struct section *a = add_section(f, CONTEXT_BACKEND, "a"), *b = add_section(f, CONTEXT_BACKEND, "b");

    assert_null(config_find(&f->config, SYMBOL_BACKEND, "a", 1, NULL));
    config_define(&f->config, SYMBOL_BACKEND, "a", 1, a, NULL, nowhere);
    config_define(&f->config, SYMBOL_SERVER, "s", 1, a, NULL, nowhere);
    assert_ptr_equal(config_find(&f->config, SYMBOL_BACKEND, "a", 1, NULL)->section, a);
    assert_ptr_equal(config_find(&f->config, SYMBOL_BACKEND, "a", 1, b)->section, a); /* global: whatever the scope */
    assert_null(config_find(&f->config, SYMBOL_FRONTEND, "a", 1, NULL));              /* another kind */
    assert_null(config_find(&f->config, SYMBOL_BACKEND, "ab", 2, NULL));
    assert_non_null(config_find(&f->config, SYMBOL_SERVER, "s", 1, a)); /* local: in its section alone */
    assert_null(config_find(&f->config, SYMBOL_SERVER, "s", 1, b));
    assert_true(symbol_is_local(SYMBOL_SERVER) && symbol_is_local(SYMBOL_ACL));
    assert_false(symbol_is_local(SYMBOL_BACKEND) || symbol_is_local(SYMBOL_TABLE));
}

static void names_defined_again_hang_behind_the_first(void **state)
{
    struct fixture *f = *state;
    struct section *a = add_section(f, CONTEXT_BACKEND, "a");
    const struct symbol *first;

    for (uint32_t i = 0; i < 3; i++)
        config_define(&f->config, SYMBOL_BACKEND, "x", 1, a, NULL, (struct span){1, i, 1});
    first = config_find(&f->config, SYMBOL_BACKEND, "x", 1, NULL);
    assert_int_equal(first->at.off, 0);
    assert_int_equal(first->same->at.off, 1);
    assert_int_equal(first->same->same->at.off, 2);
    assert_null(first->same->same->same);
    assert_int_equal(f->config.names.set.count, 1);
    assert_ptr_equal(f->config.repeated, first);
}

/* The table grows, and still finds everything. */
static void many_names(void **state)
{
    enum { MANY = 20000 };
    static char names[MANY][8];
    struct fixture *f = *state;
    struct section *a = add_section(f, CONTEXT_BACKEND, "a");

    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t len = (uint32_t)snprintf(names[i], sizeof(names[i]), "n%u", i);

        config_define(&f->config, SYMBOL_SERVER, names[i], len, a, NULL, (struct span){1, i, len});
    }
    assert_int_equal(a->names.set.count, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(config_find(&f->config, SYMBOL_SERVER, names[i], (uint32_t)strlen(names[i]), a)->at.off, i);
    assert_null(config_find(&f->config, SYMBOL_SERVER, "n20000", 6, a));
}

static void directives_keep_their_order(void **state)
{
    struct fixture *f = *state;
    struct section *s = add_section(f, CONTEXT_BACKEND, "a");
    struct directive *one = add(f, s, "mode", "http"), *two = add(f, s, "balance", "roundrobin");
    struct directive *three = add(f, s, "disabled", "");

    section_remove(s, two);
    assert_ptr_equal(one->next, three);
    section_insert(s, two, one);
    assert_ptr_equal(s->first, two);
    section_remove(s, three);
    assert_null(one->next);
    section_insert(s, three, NULL);
    assert_ptr_equal(one->next, three);
    two = add(f, s, "disabled", ""); /* the end is where it was put */
    assert_ptr_equal(three->next, two);
    section_remove(s, add(f, add_section(f, CONTEXT_BACKEND, "b"), "disabled", "")); /* not in it: nothing happens */
    assert_ptr_equal(three->next, two);
}

static void defaults_apply_by_position_and_by_name(void **state)
{
    struct fixture *f = *state;
    struct section *early = add_section(f, CONTEXT_BACKEND, "early");
    struct section *first = add_section(f, CONTEXT_DEFAULTS, ""), *a = add_section(f, CONTEXT_BACKEND, "a");
    struct section *named = add_section(f, CONTEXT_DEFAULTS, "named"), *b = add_section(f, CONTEXT_BACKEND, "b");
    const struct directive *mode = add(f, first, "mode", "http"), *own;

    assert_null(section_defaults(&f->config, early));
    assert_ptr_equal(section_defaults(&f->config, a), first);
    assert_ptr_equal(section_effective(&f->config, a, KW_DEFAULTS_MODE), mode);
    assert_null(section_effective(&f->config, early, KW_DEFAULTS_MODE));
    own = add(f, a, "mode", "tcp");
    assert_ptr_equal(section_effective(&f->config, a, KW_DEFAULTS_MODE), own);
    b->from = "named";
    b->from_len = 5;
    assert_ptr_equal(section_defaults(&f->config, b), named);
}

static void secrets_are_noticed(void **state)
{
    struct fixture *f = *state;
    struct section *s = add_section(f, CONTEXT_BACKEND, "a");

    add(f, s, "cookie", "A");
    assert_false(f->config.secret);
    add(f, s, "dynamic-cookie-key", "s3cret");
    assert_true(f->config.secret);
}

static void parameters_are_found(void **state)
{
    struct fixture *f = *state;
    const struct directive *d = add(f, add_section(f, CONTEXT_BACKEND, "a"), "cookie", "A");

    assert_int_equal(directive_param(d, "name")->text[0], 'A');
    assert_null(directive_param(d, "value"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_found),
        TEST(names_defined_again_hang_behind_the_first),
        TEST(many_names),
        TEST(directives_keep_their_order),
        TEST(defaults_apply_by_position_and_by_name),
        TEST(secrets_are_noticed),
        TEST(parameters_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
