/* The layout of haproxy.cfg: columns, blank lines, quotes, long ACLs, and the map back to the sources. */
#include "hacc/write/to_cfg.h"
#include "test_config_fixture.h"

static const struct span nowhere;

/* Adds a line to a section; words are separated by one blank, '~' is a blank in a word. */
static struct directive *add(struct fixture *f, struct section *section, const char *line)
{
    struct word words[128];
    char *text = arena_strndup(&f->arena, line, strlen(line));
    uint32_t count = 0, taken;
    const struct keyword *kw;
    struct directive *directive;
    struct match match;

    for (char *at = strtok(text, " "); at; at = strtok(NULL, " ")) {
        words[count++] = (struct word){.text = at, .len = (uint32_t)strlen(at)};
        for (; *at; at++)
            if (*at == '~')
                *at = ' ';
    }
    kw = match_row(&f->config.lang, section->context, words, count, &taken, NULL);
    assert_non_null(kw);
    f->config.lang.kw = kw;
    match_init(&match, &f->config.lang);
    match_begin(&match, nowhere);
    assert_true(match_words(&match, kw, words + taken, count - taken));
    directive = config_directive(&f->config, kw, &match);
    section_add(section, directive);
    return directive;
}

static struct comment_line *comment(struct fixture *f, const char *text)
{
    struct comment_line *line = arena_zalloc(&f->arena, sizeof(*line));

    line->text = text;
    line->len = (uint32_t)strlen(text);
    return line;
}

static void check(struct fixture *f, struct cfg_options options, const char *want)
{
    struct buf out;

    buf_init_in(&out, &f->arena);
    to_cfg(&f->config, &options, &out);
    if (strcmp(buf_text(&out), want) != 0)
        fail_msg("wanted:\n%s\ngot:\n%s", want, buf_text(&out));
}

static const struct cfg_options plain;

static void names_stand_in_columns(void **state)
{
    struct fixture *f = *state;
    struct section *s = add_section(f, CONTEXT_BACKEND, "web");

    add(f, s, "mode http");
    add(f, s, "server a 10.0.0.1:80 check");
    add(f, s, "server longer 10.0.0.2:80");
    add(f, s, "balance roundrobin");
    add(f, s, "server b 10.0.0.3:80"); /* a run of its own */
    check(f, plain,
          "backend web\n"
          "    mode http\n"
          "    server a      10.0.0.1:80 check\n"
          "    server longer 10.0.0.2:80\n"
          "    balance roundrobin\n"
          "    server b 10.0.0.3:80\n");
}

static void sections_and_comments(void **state)
{
    struct fixture *f = *state;
    struct section *global = add_section(f, CONTEXT_GLOBAL, ""), *web;
    struct directive *d = add(f, global, "maxconn 5");

    f->config.opening = comment(f, "# head");
    f->config.closing = comment(f, "# end");
    d->comments = comment(f, "# above");
    d->comments->next = comment(f, "# twice");
    d->trailing = comment(f, "# behind");
    global->closing = comment(f, "# last");
    web = add_section(f, CONTEXT_BACKEND, "web");
    web->comments = comment(f, "# the web");
    web->trailing = comment(f, "# on its line");
    web->from = "base";
    web->from_len = 4;
    check(f, plain,
          "# head\n\nglobal\n    # above\n    # twice\n    maxconn 5  # behind\n    # last\n\n"
          "# the web\nbackend web from base  # on its line\n\n# end\n");
}

static void forms_and_quotes(void **state)
{
    struct fixture *f = *state;
    struct section *s = add_section(f, CONTEXT_LISTEN, "l");

    add(f, s, "option redispatch")->form = FORM_NO;
    add(f, s, "option dontlognull")->form = FORM_DEFAULT;
    add(f, s, "http-request set-header X two~words");
    add(f, s, "http-request set-header X it's~\"x\"");
    check(f, plain,
          "listen l\n    no option redispatch\n    default option dontlognull\n"
          "    http-request set-header X 'two words'\n    http-request set-header X \"it's \\\"x\\\"\"\n");
}

/* 64 words are what HAProxy takes: name, sample and flags are said again on each line. */
static void long_acls_are_split(void **state)
{
    struct fixture *f = *state;
    struct section *s = add_section(f, CONTEXT_FRONTEND, "f");
    char line[1024] = "acl a path -i -m beg";
    const char *second;
    unsigned lines = 0;
    struct buf out;

    for (int i = 0; i < 90; i++)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), " /%02d", i);
    add(f, s, line);
    buf_init_in(&out, &f->arena);
    to_cfg(&f->config, &plain, &out);
    second = strstr(buf_text(&out), "\n    acl a path -i -m beg /58 ");
    assert_non_null(second); /* 64 words: acl, a, path, -i, -m, beg and 58 patterns */
    for (const char *at = out.data; (at = memchr(at, '\n', (size_t)(out.data + out.len - at))); at++) {
        unsigned words = 0;

        for (const char *c = at + 1; c < out.data + out.len && *c != '\n'; c++)
            words += *c != ' ' && c[-1] == ' ';
        assert_true(words <= 64);
        lines++;
    }
    assert_int_equal(lines, 3);
}

static void the_map_names_every_line(void **state)
{
    struct fixture *f = *state;
    uint32_t src = sources_add(&f->sources, "lb.yaml", "a\nb\nc\n", 6);
    struct section *s = add_section(f, CONTEXT_GLOBAL, "");
    struct source_map map = {.arena = &f->arena};
    struct directive *d;

    s->at = (struct span){src, 0, 1};
    d = add(f, s, "maxconn 5");
    d->at = (struct span){src, 4, 1};
    d->comments = comment(f, "# c");
    check(f, (struct cfg_options){.map = &map}, "global\n    # c\n    maxconn 5\n");
    assert_int_equal(map.count, 3);
    assert_int_equal(map.at[0].off, 0);
    assert_int_equal(map.at[1].src, 0); /* a comment comes from no keyword */
    assert_int_equal(map.at[2].off, 4);
    check(f, (struct cfg_options){.annotate = true}, "global  # lb.yaml:1\n    # c\n    maxconn 5  # lb.yaml:3\n");
    d->intent = "tls";
    check(f, (struct cfg_options){.expand = true}, "global\n    # c\n    maxconn 5  # tls, lb.yaml:3\n");
}

static void the_same_each_time(void **state)
{
    struct fixture *f = *state;
    struct buf once, again;

    add(f, add_section(f, CONTEXT_BACKEND, "web"), "server a 10.0.0.1:80");
    buf_init_in(&once, &f->arena);
    buf_init_in(&again, &f->arena);
    to_cfg(&f->config, &plain, &once);
    to_cfg(&f->config, &plain, &again);
    assert_string_equal(buf_text(&once), buf_text(&again));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_stand_in_columns), TEST(sections_and_comments),    TEST(forms_and_quotes),
        TEST(long_acls_are_split),    TEST(the_map_names_every_line), TEST(the_same_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
