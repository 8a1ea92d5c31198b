"""Mail through the balancer to three SMTP servers; one dies and no mail is refused."""
from box import check, check_equal, poll

NEEDS = "namespaces veth"
FILTERS = {"filter1": "192.168.3.11", "filter2": "192.168.3.12", "filter3": "192.168.3.13"}


def test(box):
    space = box.servers("192.168.3.1/24", list(FILTERS.values()))
    sinks = {name: box.start_sink(name, address, space) for name, address in FILTERS.items()}
    for process, _ in sinks.values():
        box.wait_listen(process, 25)
    box.build("smtp")
    box.start_haproxy([25])

    def mails(name):
        return len(box.mails(sinks[name][1]))

    sent = 0

    def all_have_mail():
        nonlocal sent
        check("250 2." in box.send_mail("127.0.0.1"), "the mail was not accepted")
        sent += 1
        return all(mails(name) for name in FILTERS)
    poll("every filter gets a mail", all_have_mail)
    check_equal(sum(mails(name) for name in FILTERS), sent, "mails that arrived")

    box.stop(sinks["filter2"][0])
    dead = mails("filter2")
    for _ in range(3):
        check("250 2." in box.send_mail("127.0.0.1"), "a mail was not accepted, one filter dead")
    check_equal(sum(mails(name) for name in FILTERS), sent + 3, "mails that arrived, one filter dead")
    check_equal(mails("filter2"), dead, "mails of the dead one")
