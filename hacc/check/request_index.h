/* The conditions of the rules above, so that for the next one those that hold wherever it does are found without
 * comparing it with all of them. */
#ifndef HACC_CHECK_REQUEST_INDEX_H
#define HACC_CHECK_REQUEST_INDEX_H

#include "hacc/check/request_set.h"

struct indexed_term;

/* Tests of a kind that no hash finds stand in a list, which is no longer than this. */
#define REQUEST_INDEX_LIST 32

struct request_index {
    struct arena *arena;
    struct request_slot {
        uint32_t hash;
        struct indexed_term *term; /* NULL: the slot is free */
    } * slots;
    uint32_t mask, count;
    struct indexed_term *list[REQUEST_INDEX_LIST];
    uint32_t listed;
    uint32_t budget; /* comparisons left: beyond, nothing is found any more */
    uint8_t parts;   /* a bit for each enum request_part that its conditions look at */
};

/* Prepares an empty index whose memory is the arena's. */
void request_index_init(struct request_index *index, struct arena *arena);

/* Adds the condition of a rule. */
void request_index_add(struct request_index *index, const struct request_condition *condition, const void *rule);

/* Gives a rule added before that holds wherever a case does; NULL: there is none, or it was not found. */
const void *request_index_find(struct request_index *index, const struct request_case *one);

#endif
