/* SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
#include "hacc/base/json_arena.h"
#include "hacc/base/version.h"
#include "hacc/write/edits.h"
#include "hacc/write/to_findings.h"

static const char *const levels[] = {"note", "warning", "error"};

/* A file's name as a URI, RFC 3986. */
static json_t *uri(struct arena *arena, const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    struct buf out;

    buf_init_in(&out, arena);
    buf_puts(&out, name[0] == '/' ? "file://" : "");
    for (; *name; name++) {
        if (strchr(plain, *name))
            buf_putc(&out, *name);
        else
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*name);
    }
    return json_string(buf_text(&out));
}

static json_t *location(const struct findings *findings, struct span at)
{
    struct source *source = findings->sources->at[at.src];
    struct place from = source_place(source, at.off), to = source_place(source, at.off + at.len);

    return json_pack("{s:{s:{s:o}, s:{s:i, s:i, s:i, s:i}}}", "physicalLocation", "artifactLocation", "uri",
                     uri(findings->diags->arena, source->name), "region", "startLine", (int)from.line, "startColumn",
                     (int)from.column, "endLine", (int)to.line, "endColumn", (int)to.column);
}

static json_t *related(const struct findings *findings, const struct diag *diag)
{
    json_t *list = json_array();

    for (int i = 0; (i = diag_next_place(diag, i));) {
        json_t *other = location(findings, diag->at[i]);

        json_object_set_new(other, "id", json_integer(i));
        json_object_set_new(other, "message", json_pack("{s:o}", "text", json_clean(diag->label[i])));
        json_array_append_new(list, other);
    }
    return list;
}

static json_t *fix(const struct findings *findings, const struct diag *diag, json_t *content)
{
    struct source *source = findings->sources->at[diag->fix->at.src];
    json_t *region = location(findings, edit_place(diag->fix, source)), *artifact, *change;
    json_t *physical = json_object_get(region, "physicalLocation");

    artifact = json_object_get(physical, "artifactLocation");
    change = json_pack("{s:O, s:[{s:O, s:{s:o}}]}", "artifactLocation", artifact, "replacements", "deletedRegion",
                       json_object_get(physical, "region"), "insertedContent", "text", content);
    json_decref(region);
    return json_pack("{s:{s:s}, s:[o]}", "description", "text", diag->help ? diag->help : diag->msg, "artifactChanges",
                     change);
}

/* A result without its place. */
static json_t *result(enum rule_id rule, const char *level, json_t *text, const char *print)
{
    return json_pack("{s:s, s:i, s:s, s:{s:o}, s:{s:s}}", "ruleId", rule_get(rule)->id, "ruleIndex", (int)rule, "level",
                     level, "message", "text", text, "partialFingerprints", "haccLine/v1", print);
}

static json_t *finding(const struct findings *findings, const struct diag *diag, const struct fingerprint *print)
{
    struct arena *arena = findings->diags->arena;
    const char *text = diag->help ? arena_printf(arena, "%s; %s", diag->msg, diag->help) : diag->msg;
    char mark[FINGERPRINT_TEXT];
    json_t *object, *list, *content;

    fingerprint_text(mark, print);
    object = result(diag->rule, levels[diag->severity], json_clean(text), mark);
    if (diag->at[0].src)
        json_object_set_new(object, "locations", json_pack("[o]", location(findings, diag->at[0])));
    if (diag->fix && (content = json_string(diag->fix->text))) /* else it holds bytes that are no characters */
        json_object_set_new(object, "fixes", json_pack("[o]", fix(findings, diag, content)));
    list = related(findings, diag);
    if (json_array_size(list))
        json_object_set_new(object, "relatedLocations", list);
    if (diag->fate == DIAG_IGNORED) {
        json_t *reason = json_pack("{s:s}", "kind", "inSource");

        if (diag->reason)
            json_object_set_new(reason, "justification", json_clean(diag->reason));
        json_object_set_new(object, "suppressions", json_pack("[o]", reason));
    }
    if (findings->compared)
        json_object_set_new(object, "baselineState", json_string(diag->fate == DIAG_KNOWN ? "unchanged" : "new"));
    return object;
}

static json_t *rules(struct arena *arena)
{
    json_t *list = json_array();

    for (int id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get((enum rule_id)id);

        json_array_append_new(list,
                              json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}", "id", rule->id, "shortDescription",
                                        "text", arena_printf(arena, "Finds %s.", rule->summary), "fullDescription",
                                        "text", rule->why ? rule->why : rule->summary, "help", "text",
                                        arena_printf(arena, "hacc explain %s", rule->id), "defaultConfiguration",
                                        "level", levels[rule->severity]));
    }
    return list;
}

static void begin(const struct findings_sum *sum, struct buf *out)
{
    json_t *driver;

    (void)sum;
    json_arena_begin(out->arena);
    driver = json_pack("{s:s, s:s, s:o}", "name", "hacc", "semanticVersion", HACC_VERSION, "rules", rules(out->arena));
    buf_puts(out, "{\"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                  "sarif-schema-2.1.0.json\",\n\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": ");
    json_print(driver, JSON_INDENT(1), out);
    buf_puts(out, "}, \"columnKind\": \"unicodeCodePoints\", \"results\": [\n");
    json_arena_end();
}

static void piece(const struct findings *findings, struct buf *out)
{
    const struct diags *diags = findings->diags;

    json_arena_begin(diags->arena);
    for (uint32_t i = 0; i < diags->count; i++) {
        buf_puts(out, i ? ",\n" : "");
        json_print(finding(findings, &diags->at[i], &findings->prints[i]), 0, out);
    }
    json_arena_end();
}

/* Results that a baseline has and the run has not. */
static void absent(const struct findings_fixed *gone, bool pieces, struct buf *out)
{
    for (; gone; gone = gone->next, pieces = true) {
        enum rule_id rule = rule_find(gone->rule, strlen(gone->rule));
        json_t *object;

        if (rule == RULE_COUNT) /* one that there is no more: it has no ruleIndex */
            continue;
        object = result(rule, levels[rule_get(rule)->severity], json_clean(gone->message), gone->print);
        json_object_set_new(object, "baselineState", json_string("absent"));
        json_object_set_new(
            object, "locations",
            json_pack("[{s:{s:{s:o}}}]", "physicalLocation", "artifactLocation", "uri", uri(out->arena, gone->file)));
        buf_puts(out, pieces ? ",\n" : "");
        json_print(object, 0, out);
    }
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    json_t *invocation;

    json_arena_begin(out->arena);
    absent(sum->gone, pieces, out);
    invocation = json_pack("[{s:b}]", "executionSuccessful", sum->understood);
    if (sum->dropped)
        json_object_set_new(json_array_get(invocation, 0), "toolExecutionNotifications",
                            json_pack("[{s:s, s:{s:s}}]", "level", "warning", "message", "text",
                                      arena_printf(out->arena, "%u more findings are not shown", sum->dropped)));
    buf_puts(out, "\n], \"invocations\": ");
    json_print(invocation, 0, out);
    buf_puts(out, "}]}\n");
    json_arena_end();
}

const struct findings_format findings_sarif = {"sarif", begin, piece, end, ",\n", true};
