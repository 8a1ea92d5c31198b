#include "hacc/deploy/records.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define JOURNAL_NAME "journal.yaml"
#define HISTORY_NAME "history.yaml"

/* Names of the three enums; the order of each table is that of its enum. */
static const cyaml_strval_t modes[] = {{"daemon", MODE_DAEMON}, {"master", MODE_MASTER}, {"systemd", MODE_SYSTEMD}};
static const cyaml_strval_t steps[] = {{"prepared", STEP_PREPARED}, {"started", STEP_STARTED}, {"proven", STEP_PROVEN}};
static const cyaml_strval_t ways[] = {{"found", WAY_FOUND},
                                      {"start", WAY_START},
                                      {"reload", WAY_RELOAD},
                                      {"runtime", WAY_RUNTIME},
                                      {"rollback", WAY_ROLLBACK}};

#define TEXT(key, type, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 0, CYAML_UNLIMITED)
#define NAMED(key, type, member, names) \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, names, CYAML_ARRAY_LEN(names))
#define LIST(key, type, member, count, schema)                                                                 \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, count, &schema, 0, \
                               CYAML_UNLIMITED)

static const cyaml_schema_field_t process_fields[] = {
    CYAML_FIELD_INT("pid", CYAML_FLAG_DEFAULT, struct process_record, pid),
    CYAML_FIELD_UINT("start", CYAML_FLAG_DEFAULT, struct process_record, start), CYAML_FIELD_END};
static const cyaml_schema_value_t process_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct process_record, process_fields)};

static const cyaml_schema_field_t setting_fields[] = {TEXT("name", struct setting_record, name),
                                                      TEXT("value", struct setting_record, value), CYAML_FIELD_END};
static const cyaml_schema_value_t setting_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct setting_record, setting_fields)};

static const cyaml_schema_field_t journal_fields[] = {
    NAMED("mode", struct journal, mode, modes),
    NAMED("step", struct journal, step, steps),
    CYAML_FIELD_BOOL("runtime", CYAML_FLAG_DEFAULT, struct journal, runtime),
    TEXT("generation", struct journal, generation),
    TEXT("previous", struct journal, previous),
    TEXT("running", struct journal, running),
    TEXT("target", struct journal, target),
    TEXT("pidfile", struct journal, pidfile),
    TEXT("sysctl-target", struct journal, sysctl_target),
    CYAML_FIELD_BOOL("fresh-sysctl", CYAML_FLAG_DEFAULT, struct journal, fresh_sysctl),
    LIST("old", struct journal, old, old_count, process_schema),
    LIST("settings", struct journal, settings, setting_count, setting_schema),
    CYAML_FIELD_END};
static const cyaml_schema_value_t journal_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct journal, journal_fields)};

static const cyaml_schema_field_t entry_fields[] = {
    TEXT("time", struct history_entry, time),
    TEXT("generation", struct history_entry, generation),
    TEXT("process", struct history_entry, process),
    TEXT("source", struct history_entry, source),
    NAMED("mode", struct history_entry, mode, modes),
    NAMED("way", struct history_entry, way, ways),
    CYAML_FIELD_INT("status", CYAML_FLAG_DEFAULT, struct history_entry, status),
    CYAML_FIELD_INT("milliseconds", CYAML_FLAG_DEFAULT, struct history_entry, milliseconds),
    CYAML_FIELD_INT("pid", CYAML_FLAG_DEFAULT, struct history_entry, pid),
    CYAML_FIELD_END};
static const cyaml_schema_value_t entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct history_entry, entry_fields)};

static const cyaml_schema_field_t history_fields[] = {
    TEXT("target", struct history, target), TEXT("pidfile", struct history, pidfile),
    LIST("settings", struct history, settings, setting_count, setting_schema),
    LIST("applies", struct history, at, count, entry_schema), CYAML_FIELD_END};
static const cyaml_schema_value_t history_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct history, history_fields)};

/* What is wrong is told by the status alone: libcyaml's own messages would go past ours. */
static const cyaml_config_t config = {
    .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_IGNORE_UNKNOWN_KEYS};

static bool save(const struct state *state, const char *name, const cyaml_schema_value_t *schema, const void *data,
                 const char **why)
{
    char *text = NULL;
    size_t len = 0;
    cyaml_err_t err = cyaml_save_data(&text, &len, &config, schema, data, 0);
    bool good;

    if (err != CYAML_OK) {
        *why = arena_printf(state->arena, "cannot write '%s': %s", state_path(state, name), cyaml_strerror(err));
        return false;
    }
    good = state_write(state, name, text, len, why);
    free(text);
    return good;
}

/* Gives the data; NULL with *why, or with *why NULL where there is no such file. */
static void *load(const struct state *state, const char *name, const cyaml_schema_value_t *schema, const char **why)
{
    struct buf text;
    void *data = NULL;
    cyaml_err_t err;

    buf_init_in(&text, state->arena);
    if (!state_read(state, name, &text, why))
        return NULL;
    err = cyaml_load_data((const uint8_t *)text.data, text.len, &config, schema, &data, NULL);
    if (err == CYAML_OK)
        return data;
    *why =
        arena_printf(state->arena, "'%s' is not as hacc writes it (%s)", state_path(state, name), cyaml_strerror(err));
    return NULL;
}

/* --- the journal --- */

bool journal_write(const struct state *state, const struct journal *journal, const char **why)
{
    return save(state, JOURNAL_NAME, &journal_schema, journal, why);
}

struct journal *journal_read(const struct state *state, const char **why)
{
    return load(state, JOURNAL_NAME, &journal_schema, why);
}

bool journal_remove(const struct state *state, const char **why)
{
    return state_remove(state, JOURNAL_NAME, why);
}

void journal_release(struct journal *journal)
{
    if (journal)
        cyaml_free(&config, &journal_schema, journal, 0);
}

/* --- the history --- */

struct history *history_read(const struct state *state, const char **why)
{
    struct history *history = load(state, HISTORY_NAME, &history_schema, why);

    if (!history && !*why) {
        history = calloc(1, sizeof(*history));
        if (!history)
            oom_raise(state->arena->oom);
    }
    return history;
}

void history_release(struct history *history)
{
    if (history)
        cyaml_free(&config, &history_schema, history, 0);
}

/* Removes the texts of generations that only the first `gone` entries name. */
static void forget_texts(const struct state *state, const struct history_entry *at, unsigned gone, unsigned count)
{
    for (unsigned i = 0; i < gone; i++) {
        const char *generation = at[i].generation, *why;
        bool needed = false;

        for (unsigned j = gone; j < count && !needed; j++)
            needed = strcmp(at[j].generation, generation) == 0;
        if (!needed && generation_is_name(generation))
            state_remove(state, arena_printf(state->arena, "generations/%s.cfg", generation), &why);
    }
}

bool history_add(const struct state *state, const struct history *head, const struct history_entry *entry,
                 const char **why)
{
    struct history *old = history_read(state, why);
    struct history history = *head;
    unsigned gone;
    bool good;

    if (!old)
        return false;
    gone = old->count >= HISTORY_MAX ? old->count + 1 - HISTORY_MAX : 0;
    history.count = old->count - gone + 1;
    history.at = arena_alloc(state->arena, (old->count + 1) * sizeof(*history.at));
    if (old->count)
        memcpy(history.at, old->at, old->count * sizeof(*old->at));
    history.at[old->count] = *entry;
    history.at += gone;
    good = save(state, HISTORY_NAME, &history_schema, &history, why);
    if (good && gone)
        forget_texts(state, history.at - gone, gone, old->count + 1);
    history_release(old);
    return good;
}

/* --- names --- */

const char *deploy_mode_name(enum deploy_mode mode)
{
    return modes[mode].str;
}

const char *journal_step_name(enum journal_step step)
{
    return steps[step].str;
}

const char *history_way_name(enum history_way way)
{
    return ways[way].str;
}

bool deploy_mode_find(const char *name, enum deploy_mode *mode)
{
    for (size_t i = 0; i < CYAML_ARRAY_LEN(modes); i++) {
        if (strcmp(modes[i].str, name) == 0) {
            *mode = (enum deploy_mode)modes[i].val;
            return true;
        }
    }
    return false;
}
