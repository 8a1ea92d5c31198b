/* Settings of the kernel: whether it has them and takes their values, and whether they agree with one another. */
#include "hacc/check/lint.h"
#include "hacc/check/sysctl_keys.h"
#include "hacc/lang/number.h"
#include "hacc/lang/value.h"

/* --- values --- */

static bool is_one_of(const struct word *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(word->text, word->len, words[i]))
            return true;
    return false;
}

/* " from 0 to 255", " from 0", " of 32 bits" */
static const char *range_of(const struct lint *lint, const struct sysctl_key *key)
{
    struct arena *arena = lint->config->arena;

    if (key->min == INT32_MIN && key->max == INT32_MAX)
        return " of 32 bits";
    if (key->max == INT64_MAX)
        return arena_printf(arena, " from %lld", (long long)key->min);
    return arena_printf(arena, " from %lld to %lld", (long long)key->min, (long long)key->max);
}

static const char *value_help(const struct lint *lint, const struct sysctl_key *key, const struct word *word)
{
    static const char *const yes[] = {"true", "yes", "on", "True", "Yes", "On"};
    static const char *const no[] = {"false", "no", "off", "False", "No", "Off"};

    if (is_one_of(word, yes, LINT_COUNT(yes)))
        return "write 1";
    if (is_one_of(word, no, LINT_COUNT(no)))
        return "write 0";
    return arena_printf(lint->config->arena, "write %s%s", key->count == 1 ? "a whole number" : "whole numbers",
                        range_of(lint, key));
}

/* Whether the kernel reads the word as a number of the key. */
static bool is_taken(const struct word *word, const struct sysctl_key *key)
{
    static const char most[] = "18446744073709551615";
    int64_t number;

    if (!word->len || *word->text == '+')
        return false;
    if (based_parse(word, &number))
        return number >= key->min && number <= key->max;
    return key->max == INT64_MAX && *word->text > '0' && strspn(word->text, "0123456789") == word->len &&
           (word->len < strlen(most) || (word->len == strlen(most) && memcmp(word->text, most, word->len) <= 0));
}

/* The kernel reads numbers as strtol with base 0 does, but takes no '+'; it passes over what stands behind those that
 * it reads. */
static void check_value(const struct lint *lint, const struct sysctl *sysctl, const struct sysctl_key *key)
{
    struct diags *diags = lint->config->diags;
    struct word word = {.text = sysctl->value};

    if (key->kind == SYSCTL_READ_ONLY)
        diag_add(diags, RULE_SYSCTL_VALUE, sysctl->at, "leave it out", "'%.200s' can only be read", sysctl->key);
    for (unsigned i = 0; i < key->count; i++) {
        if (!sysctl_next_word(&word) && i)
            return;
        if (is_taken(&word, key))
            continue;
        diag_add(diags, RULE_SYSCTL_VALUE, sysctl->value_at, value_help(lint, key, &word),
                 "the kernel refuses '%.*s' for '%.200s'", (int)(word.len > 100 ? 100 : word.len), word.text,
                 sysctl->key);
        return;
    }
}

/* --- keys --- */

/* Gives the name with every dot of the interface escaped. */
static const char *escape(struct arena *arena, const char *name, const struct sysctl_place *place)
{
    char *escaped = arena_strndup(arena, name, strlen(name));

    for (char *c = escaped + (place->interface - name); c < escaped + (place->dotted - name - 1); c++)
        if (*c == '.')
            *c = '/';
    return escaped;
}

static void check_key(const struct lint *lint, const struct sysctl *sysctl)
{
    struct config *config = lint->config;
    struct sysctl_place place;

    sysctl_place_find(&place, sysctl->name, !diags_full(config->diags), config->arena);
    if (place.dotted)
        diag_add(config->diags, RULE_SYSCTL_INTERFACE, sysctl->at,
                 arena_printf(config->arena, "write %s", escape(config->arena, sysctl->name, &place)),
                 "the dot in '%.*s' parts the key: this sets nothing of that interface", (int)place.interface_len,
                 place.interface);
    else if (!place.key && place.known_folder)
        diag_add(config->diags, RULE_SYSCTL_UNKNOWN, sysctl->at,
                 place.near ? arena_printf(config->arena, "did you mean '%s'?", place.near) : "leave it out",
                 "the kernel has no setting '%.200s'", sysctl->key);
    else if (place.key && place.key->kind == SYSCTL_GONE)
        diag_add(config->diags, RULE_SYSCTL_UNKNOWN, sysctl->at, place.key->help, "'%.200s' %s", sysctl->key,
                 place.key->fate);
    else if (place.key && !sysctl->secret)
        check_value(lint, sysctl, place.key);
}

/* Those of one name. One that !override takes the place of is not among them. */
static void check_duplicates(const struct lint *lint, struct sysctl *const *same, uint32_t count)
{
    const struct sysctl *first = NULL;

    for (uint32_t i = 0; i < count; i++) {
        if (same[i]->reason)
            continue;
        if (!first) {
            first = same[i];
            continue;
        }
        diag_add(lint->config->diags, RULE_SYSCTL_DUPLICATE, same[i]->at, "leave one of the two out",
                 "'%.200s' is set twice: the last one counts", same[i]->key);
        diag_place(lint->config->diags, first->at, "this one is without effect");
    }
}

/* --- what needs another value --- */

/* Settings that are another one under another name, or count beside it. */
static const struct {
    const char *derived, *other;
} aliases[] = {
    {"net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"},
    {"net.ipv4.conf.all.src_valid_mark", "net.ipv4.conf.default.src_valid_mark"},
};

/* Whether one is set to 0 and the other one is not. */
static bool differ(const struct sysctl *a, const struct sysctl *b)
{
    int64_t left, right;

    return sysctl_number(a, &left) && sysctl_number(b, &right) && !left != !right;
}

/* Whether a setting by hand makes up for another value of the derived one: measured with packets of transparent mode.
 */
static bool is_made_up_for(const struct sysctl *derived, const struct sysctl_index *index)
{
    const struct sysctl *other = NULL;
    int64_t number;

    if (strcmp(derived->name, "net.ipv4.conf.all.src_valid_mark") == 0)
        other = sysctl_index_find(index, "net.ipv4.conf.all.accept_local");
    return other && (!sysctl_number(other, &number) || number);
}

static void check_derived(const struct lint *lint, const struct sysctl *derived, const struct sysctl *by_hand,
                          const struct sysctl_index *index)
{
    struct config *config = lint->config;

    if (!by_hand || by_hand->reason || !differ(derived, by_hand) || is_made_up_for(derived, index))
        return;
    diag_add(config->diags, RULE_SYSCTL_CONTRADICTS, by_hand->value_at,
             arena_printf(config->arena, "leave it out, or write %s: %s", derived->value, derived->reason),
             "'%.200s' is %.20s, but %s is needed", by_hand->key, by_hand->value, derived->value);
    diag_place(config->diags, derived->at, "this needs it");
}

/* Those of one name, and what counts beside them. */
static void check_agreement(const struct lint *lint, const struct sysctl_index *index, uint32_t first, uint32_t count)
{
    const struct sysctl *derived = NULL;

    for (uint32_t i = first; i < first + count && !derived; i++)
        derived = index->at[i]->reason ? index->at[i] : NULL;
    if (!derived)
        return;
    check_derived(lint, derived, sysctl_index_final(index, first), index);
    for (size_t i = 0; i < LINT_COUNT(aliases); i++)
        if (strcmp(derived->name, aliases[i].derived) == 0)
            check_derived(lint, derived, sysctl_index_find(index, aliases[i].other), index);
}

void lint_sysctls(struct lint *lint)
{
    const struct lint_machine *machine = lint->machine;
    struct sysctl_index index;
    uint32_t run;

    if (!lint->config->sysctls)
        return;
    sysctl_index_make(&index, lint->config);
    for (uint32_t first = 0; first < index.count; first += run) {
        run = sysctl_index_run(&index, first);
        for (uint32_t i = 0; i < run; i++)
            if (!index.at[first + i]->reason)
                check_key(lint, index.at[first + i]);
        check_duplicates(lint, index.at + first, run);
        check_agreement(lint, &index, first, run);
    }
    lint_sysctl_lines(lint, &index);
    if (machine && machine->sysctls)
        lint_sysctl_host(lint, &index, machine->sysctls);
}
