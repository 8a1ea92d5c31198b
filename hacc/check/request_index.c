/* A case is entered under one of its terms, and that one under each test of its set, by sample, match and pattern. A
 * case within it has a term within that one: of its first test, all beginnings and ends of a literal are looked up, and
 * all shorter masks of a network. Tests of other kinds (parts, regular expressions, ranges) stand in a short list. */
#include "hacc/check/request_index.h"

#include <ctype.h>

/* Cases of one term, and terms of one hash, that are looked at; tests of one set that are entered; comparisons of one
 * index. */
enum { ALIKE_MAX = 16, TESTS_MAX = 4096, BUDGET = 20000000, REGEX_COST = 20 };

/* A case of a rule above. */
struct indexed_case {
    struct indexed_case *next;
    const struct request_case *one;
    const void *rule;
};

/* A term, and the cases that are entered under it. */
struct indexed_term {
    const struct request_set *set;
    bool negated;
    uint32_t cost; /* of a test */
    uint32_t count;
    struct indexed_case *cases;
};

void request_index_init(struct request_index *index, struct arena *arena)
{
    *index = (struct request_index){.arena = arena, .mask = 63, .budget = BUDGET};
    index->slots = arena_zalloc(arena, 64 * sizeof(*index->slots));
}

/* --- hashes --- */

static uint32_t hash_byte(uint32_t hash, char c, bool caseless)
{
    return (hash ^ (unsigned char)(caseless ? tolower((unsigned char)c) : c)) * 16777619u;
}

static uint32_t hash_start(const struct request_test *test, unsigned match, bool caseless)
{
    return test->sample->hash ^ (match * 2 + caseless + 1) * 0x9e3779b1u;
}

static uint32_t hash_net(const struct request_test *test, unsigned bits)
{
    uint32_t hash = hash_start(test, MATCH_IP, false) ^ bits << 8 ^ test->family;

    for (unsigned i = 0; 8 * i < bits; i++) {
        unsigned keep = bits - 8 * i < 8 ? bits - 8 * i : 8;

        hash = hash_byte(hash, (char)(test->net[i] & 0xff << (8 - keep)), false);
    }
    return hash;
}

/* Of ends, from the last byte on. */
static uint32_t hash_test(const struct request_test *test)
{
    uint32_t hash = hash_start(test, test->match, test->caseless);

    if (test->match == MATCH_IP)
        return hash_net(test, test->bits);
    for (uint32_t i = 0; i < test->len; i++)
        hash = hash_byte(hash, test->text[test->match == MATCH_END ? test->len - 1 - i : i], test->caseless);
    return hash;
}

static bool is_hashed(const struct request_test *test)
{
    return test->match == MATCH_STR || test->match == MATCH_BEG || test->match == MATCH_END || test->match == MATCH_IP;
}

static uint32_t hash_set(const struct request_set *set, bool negated)
{
    return grammar_hash(negated, (const char *)&set, sizeof(const struct request_set *));
}

/* --- entering --- */

static void grow(struct request_index *index)
{
    struct request_slot *old = index->slots;
    uint32_t count = index->mask + 1;

    index->mask = 2 * count - 1;
    index->slots = arena_zalloc(index->arena, 2 * count * sizeof(*index->slots));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = old[i].hash & index->mask;

        while (old[i].term && index->slots[at].term)
            at = (at + 1) & index->mask;
        if (old[i].term)
            index->slots[at] = old[i];
    }
}

static void enter(struct request_index *index, uint32_t hash, struct indexed_term *term)
{
    uint32_t at = hash & index->mask, alike = 0;

    for (; index->slots[at].term; at = (at + 1) & index->mask)
        if (index->slots[at].hash == hash && ++alike == ALIKE_MAX)
            return;
    index->slots[at] = (struct request_slot){hash, term};
    if (++index->count >= index->mask - index->mask / 4)
        grow(index);
}

/* Gives the entry of a term, or NULL. */
static struct indexed_term *find_term(const struct request_index *index, const struct request_set *set, bool negated)
{
    uint32_t hash = hash_set(set, negated), at = hash & index->mask;

    for (; index->slots[at].term; at = (at + 1) & index->mask)
        if (index->slots[at].hash == hash && index->slots[at].term->set == set &&
            index->slots[at].term->negated == negated)
            return index->slots[at].term;
    return NULL;
}

static void enter_tests(struct request_index *index, struct indexed_term *term)
{
    bool listed = false;

    for (uint32_t i = 0; i < term->set->count && i < TESTS_MAX; i++) {
        const struct request_test *test = &term->set->tests[i];

        if (is_hashed(test)) {
            enter(index, hash_test(test), term);
        } else if (!listed && index->listed < REQUEST_INDEX_LIST) {
            index->list[index->listed++] = term;
            listed = true;
        }
    }
}

static void add_case(struct request_index *index, const struct request_case *one, const void *rule)
{
    struct indexed_case *entry;
    struct indexed_term *term;
    uint32_t by = 0;

    while (by < one->count && one->terms[by].negated)
        by++;
    by = by == one->count ? 0 : by; /* under a positive term, if there is one */
    if (!one->count || !one->terms[by].set->steady)
        return;
    term = find_term(index, one->terms[by].set, one->terms[by].negated);
    if (!term) {
        term = arena_zalloc(index->arena, sizeof(*term));
        term->set = one->terms[by].set;
        term->negated = one->terms[by].negated;
        term->cost = term->set->count && term->set->tests->match == MATCH_REG ? REGEX_COST : 1;
        enter(index, hash_set(term->set, term->negated), term);
        if (!term->negated)
            enter_tests(index, term);
    }
    if (term->count == ALIKE_MAX)
        return;
    entry = arena_zalloc(index->arena, sizeof(*entry));
    *entry = (struct indexed_case){term->cases, one, rule};
    term->cases = entry;
    term->count++;
}

void request_index_add(struct request_index *index, const struct request_condition *condition, const void *rule)
{
    for (uint32_t i = 0; i < condition->count; i++) {
        add_case(index, &condition->cases[i], rule);
        for (uint32_t j = 0; j < condition->cases[i].count; j++)
            index->parts |= condition->cases[i].terms[j].set->parts;
    }
}

/* --- looking up --- */

/* What is looked for. */
struct search {
    struct request_index *index;
    const struct request_case *one;
    const struct request_test *test; /* the first of the term at hand */
    const void *found;
};

static void try_term(struct search *search, const struct indexed_term *term)
{
    for (const struct indexed_case *entry = term->cases; entry && !search->found; entry = entry->next) {
        uint32_t cost = entry->one->count * search->one->count + term->set->count * term->cost;

        if (search->index->budget < cost)
            return;
        search->index->budget -= cost;
        if (request_case_within(search->one, entry->one))
            search->found = entry->rule;
    }
}

static void try_hash(struct search *search, uint32_t hash)
{
    const struct request_index *index = search->index;
    uint32_t alike = 0;

    for (uint32_t at = hash & index->mask; index->slots[at].term && !search->found; at = (at + 1) & index->mask) {
        if (index->slots[at].hash != hash)
            continue;
        try_term(search, index->slots[at].term);
        if (++alike == ALIKE_MAX)
            return;
    }
}

static void try_texts(struct search *search, bool caseless)
{
    const struct request_test *test = search->test;
    bool literal = test->match == MATCH_STR;
    uint32_t whole = hash_start(test, MATCH_STR, caseless), beginning = hash_start(test, MATCH_BEG, caseless);
    uint32_t end = hash_start(test, MATCH_END, caseless);

    for (uint32_t i = 0; i < test->len && !search->found; i++) {
        whole = hash_byte(whole, test->text[i], caseless);
        beginning = hash_byte(beginning, test->text[i], caseless);
        end = hash_byte(end, test->text[test->len - 1 - i], caseless);
        if (literal || test->match == MATCH_BEG)
            try_hash(search, beginning);
        if (literal || test->match == MATCH_END)
            try_hash(search, end);
    }
    if (literal)
        try_hash(search, whole);
}

static void try_nets(struct search *search)
{
    unsigned least = search->test->family == 4 ? 96 : 0;

    for (unsigned bits = search->test->bits;; bits--) {
        try_hash(search, hash_net(search->test, bits));
        if (bits == least || search->found)
            return;
    }
}

static void try_set(struct search *search, const struct request_set *set)
{
    if (!set->count || !set->whole)
        return;
    search->test = &set->tests[0];
    if (search->test->match == MATCH_IP) {
        try_nets(search);
    } else if (is_hashed(search->test)) {
        if (!search->test->caseless)
            try_texts(search, false);
        try_texts(search, true);
    }
    for (uint32_t i = 0; i < search->index->listed && !search->found; i++)
        try_term(search, search->index->list[i]);
}

const void *request_index_find(struct request_index *index, const struct request_case *one)
{
    struct search search = {.index = index, .one = one};

    for (uint32_t i = 0; i < one->count && !search.found; i++) {
        const struct request_term *term = &one->terms[i];

        if (!term->set->steady)
            continue;
        if (find_term(index, term->set, term->negated))
            try_term(&search, find_term(index, term->set, term->negated));
        if (!term->negated && !search.found)
            try_set(&search, term->set);
    }
    return search.found;
}
