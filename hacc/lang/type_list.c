/* Lists: the rows of a context, comma separated, each with its arguments: gpc0,http_req_rate(10s). */
#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

/* The comma behind the item that begins at `from`, or the end. */
static uint32_t item_end(const struct word *word, uint32_t from)
{
    while (from < word->len && word->text[from] != ',' && word->text[from] != '(')
        from++;
    from = paren_skip(word, from);
    while (from < word->len && word->text[from] != ',')
        from++;
    return from;
}

static bool list_item(struct lang *lang, enum context_id context, const struct word *item)
{
    const char *paren = memchr(item->text, '(', item->len);
    struct word name = word_part(item, 0, paren ? (uint32_t)(paren - item->text) : item->len);
    const struct keyword *kw = sample_find(lang, context, name.text, name.len);

    if (kw)
        return paren_parse(lang, kw->paren, item);
    if (!name.len)
        return lang_fault(lang, RULE_BAD_VALUE, item->at, NULL, "the list has an empty item");
    return sample_unknown(lang, context, &name, RULE_UNKNOWN_KEYWORD);
}

VALUE(list)
{
    uint32_t from = 0, end;
    bool good = true;

    for (;; from = end + 1) {
        struct word item;

        end = item_end(word, from);
        item = word_part(word, from, end - from);
        good &= list_item(lang, (enum context_id)param->arg, &item);
        if (end >= word->len)
            return good;
    }
}
