#include "hacc/lang/sig.h"

bool sig_is_one_word(uint16_t at)
{
    const struct sig *sig = sig_at(at);

    return at && sig->kind == SIG_PARAM && !sig->next && !type_takes_words((enum type_id)sig->type);
}

bool sig_may_be_empty(uint16_t at)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        bool empty = sig->kind == SIG_OPTIONAL;

        if (sig->kind == SIG_CHOICE)
            for (uint16_t alt = sig->first; alt && !empty; alt = sig_at(alt)->next)
                empty = sig_may_be_empty(sig_at(alt)->first);
        if (!empty)
            return false;
    }
    return true;
}

bool sig_takes_list(uint16_t at)
{
    return sig_at(at)->kind == SIG_PARAM && type_takes_list(sig_at(at));
}

bool sig_is_list_value(uint16_t at)
{
    while (at && sig_at(at)->kind == SIG_OPTIONAL)
        at = sig_at(at)->first;
    return at && (sig_at(at)->kind == SIG_REPEAT || sig_takes_list(at));
}
