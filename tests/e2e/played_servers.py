"""Database servers as a health check sees them: their own answers, recorded from MariaDB 10.11, PostgreSQL 15
(scram-sha-256), Redis 7.0 and OpenLDAP 2.5, given only to who says the right thing.
"""
import socket
import threading

MYSQL_GREETING = bytes.fromhex(
    "640000000a352e352e352d31302e31312e31392d4d6172696144422d302b6465623132753100030000003a79755d556f4f7b00fef7080200ff"
    "81150000000000001d000000406b793f6c23675f2742576f006d7973716c5f6e61746976655f70617373776f726400")
MYSQL_OK = bytes.fromhex("0700000200000002000000")
POSTGRES_STARTUP = b"\0\0\0\x16\0\x03\0\0user\0haproxy\0\0"
POSTGRES_SASL = bytes.fromhex("52000000170000000a534352414d2d5348412d3235360000")
LDAP_BIND = bytes.fromhex("300c020101600702010304008000")
LDAP_SUCCESS = bytes.fromhex("300c02010161070a010004000400")
LDAP_NO_ANONYMOUS = bytes.fromhex("302502010161200a013004000419616e6f6e796d6f75732062696e6420646973616c6c6f776564")


def mysql(client):
    client.sendall(MYSQL_GREETING)
    packet = client.recv(4096)
    if b"haproxy\0" in packet:          # the login of a user without password
        client.sendall(MYSQL_OK)


def postgres(client):
    if client.recv(4096) == POSTGRES_STARTUP:
        client.sendall(POSTGRES_SASL)
        client.recv(1)


def ldap(answer):
    def talk(client):
        if client.recv(4096) == LDAP_BIND:
            client.sendall(answer)
            client.recv(1)
    return talk


def redis(password):
    def talk(client):
        known = password is None
        for line in client.makefile("rb"):
            words = line.split()
            if words[:1] == [b"AUTH"] and password:
                known = words[1:] == [password]
                client.sendall(b"+OK\r\n" if known else b"-WRONGPASS invalid username-password pair\r\n")
            elif words[:1] == [b"AUTH"]:
                client.sendall(b"-ERR AUTH <password> called without any password configured\r\n")
            elif words == [b"QUIT"]:
                client.sendall(b"+OK\r\n")
                return
            elif not known:
                client.sendall(b"-NOAUTH Authentication required.\r\n")
            elif words == [b"PING"]:
                client.sendall(b"+PONG\r\n")
    return talk


def agent(words):
    return lambda client: client.sendall(words)


SERVERS = {3306: mysql, 5432: postgres, 6379: redis(None), 6380: redis(b"sesame"), 389: ldap(LDAP_SUCCESS),
           390: ldap(LDAP_NO_ANONYMOUS), 7001: agent(b"up 50%\n"), 7002: agent(b"down\n")}


def serve(listener, talk):
    def one(client):
        with client:
            client.settimeout(5)
            try:
                talk(client)
            except OSError:
                pass
    while True:
        threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    threads = [threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", port)), talk))
               for port, talk in sorted(SERVERS.items())]
    for thread in threads:
        thread.start()
