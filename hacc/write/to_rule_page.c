#include "hacc/write/to_rules.h"

enum { WIDTH = 100 }; /* of paragraphs, in bytes */

/* Appends paragraphs, their words folded to lines; they are parted by an empty line. */
static void fold(const char *text, struct buf *out)
{
    size_t line = 0;

    while (*text) {
        size_t word = strcspn(text, " \n"), gap = strspn(text + word, " \n");
        bool ends = gap && memchr(text + word, '\n', gap) != memrchr(text + word, '\n', gap);

        if (line && line + 1 + word > WIDTH) {
            buf_putc(out, '\n');
            line = 0;
        }
        buf_printf(out, "%s%.*s", line ? " " : "", (int)word, text);
        line += (line != 0) + word;
        text += word + gap;
        if (ends || !*text) {
            buf_puts(out, *text ? "\n\n" : "\n");
            line = 0;
        }
    }
}

/* Appends a text as an example: fenced in Markdown, indented on a terminal. */
static void example(const char *text, const char *language, bool markdown, struct buf *out)
{
    bool at_start = true;

    if (markdown)
        buf_printf(out, "```%s\n", language);
    for (; *text; text++) {
        if (at_start && *text != '\n' && !markdown)
            buf_puts(out, "    ");
        buf_putc(out, *text);
        at_start = *text == '\n';
    }
    if (!at_start)
        buf_putc(out, '\n');
    if (markdown)
        buf_puts(out, "```\n");
}

static const char *reaction_text(enum reaction reaction)
{
    static const char *const texts[] = {"`haproxy -c` says nothing of it", "`haproxy -c` warns of it",
                                        "HAProxy refuses the configuration", "HAProxy never sees it"};

    return texts[reaction];
}

static void head(const struct rule *rule, bool markdown, struct buf *out)
{
    buf_printf(out, markdown ? "# %s\n\n" : "%s\n\n", rule->id);
    buf_printf(out, "Finds %s.\n\n", rule->summary);
    buf_printf(out, "Severity %s, family %s; %s", severity_name(rule->severity), rule_family_get(rule->family)->id,
               reaction_text(rule->haproxy));
    if (rule->since && rule->until)
        buf_printf(out, "; HAProxy %s to %s", rule->since, rule->until);
    else if (rule->since)
        buf_printf(out, "; since HAProxy %s", rule->since);
    else if (rule->until)
        buf_printf(out, "; up to HAProxy %s", rule->until);
    buf_puts(out, rule->fix ? ". `hacc lint --fix` mends it where that is certain.\n\n" : ".\n\n");
}

static void title(const char *text, bool markdown, struct buf *out)
{
    buf_printf(out, markdown ? "\n## %s\n\n" : "\n%s:\n\n", text);
}

static void examples(const struct rule *rule, const char *findings, bool markdown, struct buf *out)
{
    const char *language = rule->cfg ? "haproxy" : "yaml";

    title("Found", markdown, out);
    example(rule->bad, language, markdown, out);
    buf_putc(out, '\n');
    example(findings, "text", markdown, out);
    title("Mended", markdown, out);
    example(rule->good, language, markdown, out);
}

static void rest(const struct rule *rule, bool markdown, struct buf *out)
{
    title("To silence it", markdown, out);
    if (rule_is_refused(rule)) {
        buf_puts(out, "It can only be mended: nothing is built while it is there.\n");
        return;
    }
    buf_puts(out, "In one place, a comment on the line or on the line above it; everywhere, in `.hacc.yaml`:\n\n");
    buf_printf(out,
               markdown ? "```yaml\n# hacc: ignore[%s] -- the reason\n```\n\n"
                        : "    # hacc: ignore[%s] -- the reason\n\n",
               rule->id);
    buf_printf(out, markdown ? "```yaml\nrules: {%s: off}\n```\n" : "    rules: {%s: off}\n", rule->id);
}

void to_rule_page(const struct rule *rule, const char *findings, bool markdown, struct buf *out)
{
    head(rule, markdown, out);
    fold(rule->why, out);
    if (rule->bad)
        examples(rule, findings, markdown, out);
    else
        buf_printf(out, "\nThere is no example: %s.\n", rule->without);
    rest(rule, markdown, out);
}
