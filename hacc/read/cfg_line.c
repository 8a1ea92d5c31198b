#include "hacc/read/cfg_line.h"

#include "hacc/lang/types.h"

#include <string.h>

/* HAProxy 2.2 reads a line up to a NUL and says that it will not for long; later versions stop there. Gives how much
 * of the line is read. */
static uint32_t check_nul(struct lang *lang, const char *text, uint32_t len, struct span at)
{
    const char *nul = memchr(text, '\0', len);
    uint32_t from = nul ? (uint32_t)(nul - text) : len;

    if (nul)
        diag_add(lang->diags, lang->version < HAP_2_4 ? RULE_IGNORED_TEXT : RULE_TRUNCATED,
                 (struct span){at.src, at.off + from, 1}, "remove it",
                 lang->version < HAP_2_4 ? "HAProxy ends the line at this NUL byte"
                                         : "a NUL byte: HAProxy takes the file for damaged");
    return from;
}

/* `[NAME]` alone on a line begins a scope: SPOE's own files have them, to haproxy.cfg they mean nothing. */
static bool check_scope(struct lang *lang, const char *text, uint32_t len, struct span at)
{
    const char *end = memchr(text, ']', len);
    uint32_t name = end ? (uint32_t)(end - text) - 1 : 0, rest = name + 2;

    while (end && rest < len && cfg_blank(text[rest]))
        rest++;
    if (!end || !name_parse(text + 1, name) || (rest < len && text[rest] != '#'))
        return diag_add(lang->diags, RULE_BAD_SHAPE, at, NULL, "a line that begins with '[' is one name in brackets");
    diag_add(lang->diags, RULE_IGNORED_TEXT, (struct span){at.src, at.off, name + 2}, "remove it",
             "'%.*s' is a scope, which means nothing in haproxy.cfg", (int)(name + 2), text);
    diag_fix(lang->diags, (struct span){at.src, at.off, name + 2}, "");
    return true;
}

/* HAProxy takes an empty word for the end of the words. */
static void cut_at_empty(struct words *words, struct lang *lang, uint32_t first, const char *text, struct span at)
{
    for (uint32_t i = first; i < words->count; i++) {
        const struct word *word = &words->at[i];

        if (word->len)
            continue;
        if (!memchr(text + (word->at.off - at.off), '\\', word->at.len)) { /* \x00 has been reported */
            diag_add(lang->diags, RULE_IGNORED_TEXT, word->at,
                     "leave it out; haproxy.cfg has no way to write an empty word",
                     i + 1 < words->count ? "HAProxy reads the line up to this empty word"
                                          : "HAProxy does not read an empty word");
            diag_fix(lang->diags, words_span(word, words->count - i), "");
        }
        words->count = i;
    }
}

/* Before 3.2 a blank behind the last word counts as the beginning of another. */
static bool check_count(const struct words *words, struct lang *lang, uint32_t first, const char *text, uint32_t len,
                        struct span at)
{
    uint32_t count = words->count - first, end;

    if (count < CFG_MAX_WORDS)
        return true;
    end = words->at[first + CFG_MAX_WORDS - 1].at.off + words->at[first + CFG_MAX_WORDS - 1].at.len - at.off;
    if (count > CFG_MAX_WORDS)
        return diag_add(lang->diags, RULE_LINE_LIMIT, words->at[first + CFG_MAX_WORDS].at, NULL,
                        "a line of HAProxy has at most %d words", CFG_MAX_WORDS);
    if (lang->version >= HAP_3_2 || end >= len || !cfg_blank(text[end]))
        return true;
    return diag_add(lang->diags, RULE_LINE_LIMIT, (struct span){at.src, at.off + end, 1}, "remove the blank",
                    "HAProxy %s takes a blank behind %d words for one more", hap_version_names[lang->version],
                    CFG_MAX_WORDS);
}

bool cfg_line(struct words *words, struct lang *lang, const char *text, uint32_t len, struct span at)
{
    struct text_place place = {at, true, NULL, NULL};
    uint32_t first = words->count, indent = 0;

    while (len && text[len - 1] == '\r')
        len--;
    len = check_nul(lang, text, len, at);
    place.at.len = words->comment = len;
    while (indent < len && cfg_blank(text[indent]))
        indent++;
    if (indent < len && text[indent] == '[')
        return check_scope(lang, text + indent, len - indent, (struct span){at.src, at.off + indent, len - indent});
    if (!cfg_lex(words, lang, LEX_CFG, text, len, &place) || !check_count(words, lang, first, text, len, at))
        return false;
    cut_at_empty(words, lang, first, text, at);
    return true;
}

uint32_t cfg_file_begin(struct lang *lang, const struct source *source, uint32_t src)
{
    bool marked = source->len >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0;
    uint32_t end = 3;

    while (marked && end < source->len && !cfg_blank(source->data[end]))
        end++;
    if (marked) {
        diag_add(lang->diags, RULE_ENCODING, (struct span){src, 3, end - 3}, "save the file without it",
                 "a byte order mark, which HAProxy takes for part of the first word");
        diag_fix(lang->diags, (struct span){src, 0, 3}, "");
    }
    if (source->len && source->data[source->len - 1] != '\n') {
        diag_add(lang->diags, lang->version < HAP_2_4 ? RULE_NO_LINE_FEED : RULE_TRUNCATED,
                 (struct span){src, source->len - 1, 1}, "end the last line with a line feed",
                 lang->version < HAP_2_4 ? "no line feed ends the file: later versions refuse it"
                                         : "no line feed ends the file: HAProxy takes it for cut off");
        diag_fix(lang->diags, (struct span){src, source->len, 0}, "\n");
    }
    return marked ? 3 : 0;
}
