#include "hacc/check/preflight_parts.h"
void preflight_marks(struct preflight_look *look)
{
    (void)look;
}
void preflight_firewall(struct preflight_look *look)
{
    (void)look;
}
