/* The contents of a .hacc.yaml. People write it: every mistake is found, at its place. */
#include "hacc/cli/paths.h"
#include "hacc/cli/settings.h"
#include "hacc/lang/grammar.h"

struct reading {
    struct settings *settings;
    struct diags *diags;
};

__attribute__((format(printf, 4, 5))) static void fault(struct reading *reading, const struct node *node,
                                                        const char *help, const char *fmt, ...)
{
    va_list ap;

    if (node->flags & NODE_POISON)
        return;
    va_start(ap, fmt);
    diag_addv(reading->diags, RULE_SETTINGS, node_span(node), help, fmt, ap);
    va_end(ap);
}

static bool is_kind(struct reading *reading, const struct node *key, enum node_kind kind)
{
    static const char *const kinds[] = {"one value", "a list", "a map"};

    if (key->next->kind == kind)
        return true;
    fault(reading, key->next, NULL, "'%.*s' takes %s", (int)key->len, key->text, kinds[kind]);
    return false;
}

static void read_level(struct reading *reading, struct levels *levels, const struct node *key)
{
    const struct node *value = key->next;
    const char *like;
    int level;

    if (!is_kind(reading, key, NODE_SCALAR))
        return;
    level = level_find(value->text, value->len, "off", RULE_OFF);
    if (level == LEVEL_UNSET) {
        fault(reading, value, NULL, "the level of a rule is error, warning, info or off, not '%.*s'", (int)value->len,
              value->text);
        return;
    }
    switch (levels_set(levels, key->text, key->len, level)) {
    case LEVELS_SET:
        return;
    case LEVELS_REFUSED:
        fault(reading, key, "mend what it finds",
              "what '%.*s' finds is an error for hacc build too: its level is fixed", (int)key->len, key->text);
        return;
    case LEVELS_UNKNOWN:
        like = rule_suggest(key->text, key->len, true);
        fault(reading, key,
              like ? arena_printf(reading->diags->arena, "did you mean '%s'?", like) : "'hacc rules' lists them",
              "there is no rule or family '%.*s'", (int)key->len, key->text);
    }
}

/* Families first: what is said of a rule itself counts, wherever it stands. */
static void read_rules(struct reading *reading, struct settings_files *files, const struct node *key)
{
    if (!is_kind(reading, key, NODE_MAP))
        return;
    for (const struct node *rule = key->next->first; rule; rule = node_next_key(rule))
        if (rule_family_find(rule->text, rule->len) != FAMILY_COUNT)
            read_level(reading, &files->levels, rule);
    for (const struct node *rule = key->next->first; rule; rule = node_next_key(rule))
        if (rule_family_find(rule->text, rule->len) == FAMILY_COUNT)
            read_level(reading, &files->levels, rule);
}

static void read_version(struct reading *reading, struct settings_files *files, const struct node *key)
{
    const struct node *value = key->next;

    if (!is_kind(reading, key, NODE_SCALAR))
        return;
    files->version = hap_version_parse(value->text, value->len);
    if (files->version < 0)
        fault(reading, value, NULL, "'%.*s' is not a version of HAProxy that hacc knows", (int)value->len, value->text);
}

static void read_fail_on(struct reading *reading, struct settings_files *files, const struct node *key)
{
    const struct node *value = key->next;

    (void)files;
    if (!is_kind(reading, key, NODE_SCALAR))
        return;
    reading->settings->fail_on = level_find(value->text, value->len, "never", LEVEL_NEVER);
    if (reading->settings->fail_on == LEVEL_UNSET)
        fault(reading, value, NULL, "fail-on takes error, warning, info or never, not '%.*s'", (int)value->len,
              value->text);
}

static void add_path(struct reading *reading, struct settings_whole *whole, const struct node *item)
{
    struct settings *settings = reading->settings;
    struct arena *arena = reading->diags->arena;
    const char *path = arena_strndup(arena, item->text, item->len), *real;

    if (*path != '/')
        path = arena_printf(arena, "%s/%s", settings->folder, path);
    real = path_real(path, arena);
    if (settings->path_count == settings->path_cap)
        settings->paths = arena_extend(arena, settings->paths, settings->path_count, &settings->path_cap, 16,
                                       sizeof(*settings->paths));
    settings->paths[settings->path_count++] = (struct settings_path){real ? real : path, whole, whole->count};
    whole->paths[whole->count++] = path_shown(path, arena);
}

/* An item of `configurations`: a path, or a list of them. */
static void read_whole(struct reading *reading, const struct node *item)
{
    const struct node *path = item->kind == NODE_LIST ? item->first : item;
    struct settings_whole *whole = arena_zalloc(reading->diags->arena, sizeof(*whole));

    whole->paths = arena_alloc(reading->diags->arena, (item->kind == NODE_LIST ? item->len : 1) * sizeof(char *));
    for (; path; path = item->kind == NODE_LIST ? path->next : NULL) {
        if (path->kind == NODE_SCALAR && path->len)
            add_path(reading, whole, path);
        else
            fault(reading, path, NULL, "a configuration is a path, or a list of paths");
    }
    if (!whole->count)
        return;
    whole->next = reading->settings->wholes;
    reading->settings->wholes = whole;
}

static void read_wholes(struct reading *reading, struct settings_files *files, const struct node *key)
{
    (void)files;
    if (!is_kind(reading, key, NODE_LIST))
        return;
    for (const struct node *item = key->next->first; item; item = item->next)
        read_whole(reading, item);
}

static void read_paths(struct reading *reading, struct settings_files *files, const struct node *key);

static const struct setting {
    const char *name;
    bool of_files; /* may stand under a pattern of 'paths' too */
    void (*read)(struct reading *reading, struct settings_files *files, const struct node *key);
} known[] = {{"rules", true, read_rules},
             {"haproxy", true, read_version},
             {"fail-on", false, read_fail_on},
             {"configurations", false, read_wholes},
             {"paths", false, read_paths}};

enum { KNOWN_COUNT = sizeof(known) / sizeof(*known) };

static void unknown_key(struct reading *reading, const struct node *key, bool of_files)
{
    const char *names[KNOWN_COUNT], *like;
    size_t count = 0;

    for (int i = 0; i < KNOWN_COUNT; i++)
        if (known[i].of_files || !of_files)
            names[count++] = known[i].name;
    like = diag_suggest(key->text, key->len, names, count);
    fault(reading, key,
          like       ? arena_printf(reading->diags->arena, "did you mean '%s'?", like)
          : of_files ? "it takes rules and haproxy"
                     : "it takes rules, paths, haproxy, fail-on and configurations",
          "there is no setting '%.*s'%s", (int)key->len, key->text, of_files ? " for a path" : "");
}

static void read_map(struct reading *reading, struct settings_files *files, const struct node *map)
{
    bool of_files = files != &reading->settings->all;

    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        int i = 0;

        while (i < KNOWN_COUNT &&
               (strlen(known[i].name) != key->len || memcmp(known[i].name, key->text, key->len) != 0))
            i++;
        if (i == KNOWN_COUNT || (of_files && !known[i].of_files))
            unknown_key(reading, key, of_files);
        else
            known[i].read(reading, files, key);
    }
}

static void read_paths(struct reading *reading, struct settings_files *files, const struct node *key)
{
    struct settings_files **tail = &reading->settings->files;

    (void)files;
    if (!is_kind(reading, key, NODE_MAP))
        return;
    for (const struct node *path = key->next->first; path; path = node_next_key(path)) {
        if (!is_kind(reading, path, NODE_MAP))
            continue;
        *tail = arena_zalloc(reading->diags->arena, sizeof(**tail));
        (*tail)->pattern = arena_strndup(reading->diags->arena, path->text, path->len);
        (*tail)->version = -1;
        levels_fill(&(*tail)->levels, LEVEL_UNSET);
        read_map(reading, *tail, path->next);
        tail = &(*tail)->next;
    }
}

bool settings_read(struct settings *settings, struct sources *sources, struct diags *diags)
{
    struct yaml_options alone = {.alone = true};
    const char *path = path_shown(settings->path, diags->arena);
    struct reading reading = {settings, diags};
    uint32_t errors = diags->errors;
    struct document doc;

    yaml_read(&doc, &path, 1, &alone, NULL, sources, diags);
    if (doc.root && doc.root->kind == NODE_MAP)
        read_map(&reading, &settings->all, doc.root);
    else if (doc.root && diags->errors == errors)
        fault(&reading, doc.root, NULL, "%s is a map of settings", SETTINGS_NAME);
    return diags->errors == errors;
}
