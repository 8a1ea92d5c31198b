/* What the tests of the YAML front share: a folder of their own, files in it, and what yaml_read makes of
 * them. */
#ifndef TESTS_UNIT_TEST_YAML_FIXTURE_H
#define TESTS_UNIT_TEST_YAML_FIXTURE_H

#include "hacc/read/yaml_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct document doc;
    struct buf out; /* rendered findings, or a tree */
    struct yaml_options options;
};

static inline void fixture_reset(struct fixture *f)
{
    buf_release(&f->out);
    sources_release(&f->sources);
    arena_release(&f->arena);
    arena_init(&f->arena, NULL);
    sources_init(&f->sources, &f->arena);
    diags_init(&f->diags, &f->arena);
    buf_init(&f->out, NULL);
}

/* Makes an empty folder and goes there, so that file names in messages are short. */
static inline int fixture_setup(void **state)
{
    static char template[64];
    struct fixture *f = calloc(1, sizeof(*f));

    strcpy(template, "/tmp/hacc-yaml-XXXXXX");
    if (!f || !mkdtemp(template) || chdir(template))
        return -1;
    sources_init(&f->sources, &f->arena);
    fixture_reset(f);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    char command[128], here[64];

    buf_release(&f->out);
    sources_release(&f->sources);
    arena_release(&f->arena);
    free(f);
    if (!getcwd(here, sizeof(here)) || strncmp(here, "/tmp/hacc-yaml-", 15) != 0 || chdir("/"))
        return -1;
    snprintf(command, sizeof(command), "rm -rf %s", here);
    return system(command);
}

static inline void file_write_len(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static inline void file_write(const char *path, const char *text)
{
    file_write_len(path, text, strlen(text));
}

/* Reads files (a NULL-terminated list). */
static inline void read_files(struct fixture *f, const char *const *paths)
{
    uint32_t count = 0;

    fixture_reset(f);
    while (paths[count])
        count++;
    yaml_read(&f->doc, paths, count, &f->options, NULL, &f->sources, &f->diags);
}

static inline void read_text_len(struct fixture *f, const char *text, size_t len)
{
    static const char *const paths[] = {"f.yaml", NULL};

    file_write_len("f.yaml", text, len);
    read_files(f, paths);
}

static inline void read_text(struct fixture *f, const char *text)
{
    read_text_len(f, text, strlen(text));
}

/* Gives the findings as printed. */
static inline const char *findings(struct fixture *f)
{
    diags_sort(&f->diags);
    f->out.len = 0;
    diags_print(&f->diags, &f->sources, (struct diag_style){false}, &f->out);
    return buf_text(&f->out);
}

static inline void write_tree(struct buf *out, const struct node *node)
{
    if (node->flags & NODE_POISON)
        buf_putc(out, '?');
    if (node->kind == NODE_SCALAR) {
        buf_add(out, node->text, node->len);
        return;
    }
    buf_putc(out, node->kind == NODE_MAP ? '{' : '[');
    for (const struct node *child = node->first; child; child = child->next) {
        if (child != node->first)
            buf_puts(out, " ");
        write_tree(out, child);
        if (node->kind == NODE_MAP) {
            buf_puts(out, "=");
            write_tree(out, child = child->next);
        }
    }
    buf_putc(out, node->kind == NODE_MAP ? '}' : ']');
}

/* Gives the document as `{key=value list=[a b]}`, '?' before what is poisoned. */
static inline const char *tree(struct fixture *f)
{
    f->out.len = 0;
    if (f->doc.root)
        write_tree(&f->out, f->doc.root);
    else
        buf_puts(&f->out, "nothing");
    return buf_text(&f->out);
}

/* Gives the node on a path of keys and list indices, as "backends/b/0". */
static inline const struct node *at_path(const struct node *node, const char *path)
{
    char word[64];

    while (*path && node) {
        size_t len = strcspn(path, "/");

        snprintf(word, sizeof(word), "%.*s", (int)len, path);
        if (node->kind == NODE_LIST) {
            node = node->first;
            for (int i = atoi(word); i > 0 && node; i--)
                node = node->next;
        } else {
            node = node_find(node, word, NULL);
        }
        path += len + (path[len] == '/');
    }
    return node;
}

#endif
