/*
 * A small client and server on Mbed TLS, for the integration tests. Loopback only.
 *
 *   mbedtls_peer client PORT CA_FILE          verifies the server "localhost", asks for "/", prints the answer
 *   mbedtls_peer client-psk PORT ID HEX       the same with a pre-shared key instead of certificates
 *   mbedtls_peer server PORT CERT_FILE KEY_FILE   answers every request, until it is killed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#define PATIENCE_SECONDS 30
#define READ_TIMEOUT_MS 10000

static const char REQUEST[] = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n";
static const char ANSWER[] = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nHello from Mbed TLS.";

static void check(int result, const char *what) {
    if (result < 0) {
        char words[200];
        mbedtls_strerror(result, words, sizeof words);
        fprintf(stderr, "%s: -0x%04x %s\n", what, (unsigned) -result, words);
        exit(1);
    }
}

static size_t hex(const char *text, unsigned char *bytes, size_t room) {
    size_t length = 0;
    while (text[0] && text[1] && length < room && sscanf(text, "%2hhx", &bytes[length]) == 1) {
        length++;
        text += 2;
    }
    return length;
}

static void send_all(mbedtls_ssl_context *ssl, const char *bytes, size_t length) {
    while (length > 0) {
        int sent = mbedtls_ssl_write(ssl, (const unsigned char *) bytes, length);
        check(sent, "write");
        bytes += sent;
        length -= (size_t) sent;
    }
}

static void be_client(mbedtls_ssl_context *ssl, const char *port) {
    mbedtls_net_context socket;
    mbedtls_net_init(&socket);
    check(mbedtls_net_connect(&socket, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP), "connect");
    mbedtls_ssl_set_bio(ssl, &socket, mbedtls_net_send, NULL, mbedtls_net_recv_timeout);
    check(mbedtls_ssl_set_hostname(ssl, "localhost"), "hostname");
    check(mbedtls_ssl_handshake(ssl), "handshake");
    fprintf(stderr, "%s %s\n", mbedtls_ssl_get_version(ssl), mbedtls_ssl_get_ciphersuite(ssl));
    send_all(ssl, REQUEST, sizeof REQUEST - 1);
    for (;;) {
        unsigned char bytes[4096];
        int count = mbedtls_ssl_read(ssl, bytes, sizeof bytes);
        if (count == 0 || count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
            break;
        }
        check(count, "read");
        fwrite(bytes, 1, (size_t) count, stdout);
    }
    mbedtls_ssl_close_notify(ssl);
    mbedtls_net_free(&socket);
}

static void be_server(mbedtls_ssl_context *ssl, const char *port) {
    mbedtls_net_context listener;
    mbedtls_net_init(&listener);
    check(mbedtls_net_bind(&listener, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP), "bind");
    puts("ready");
    fflush(stdout);
    for (;;) {
        mbedtls_net_context socket;
        unsigned char bytes[4096];
        mbedtls_net_init(&socket);
        check(mbedtls_net_accept(&listener, &socket, NULL, 0, NULL), "accept");
        mbedtls_ssl_session_reset(ssl);
        mbedtls_ssl_set_bio(ssl, &socket, mbedtls_net_send, NULL, mbedtls_net_recv_timeout);
        if (mbedtls_ssl_handshake(ssl) == 0 && mbedtls_ssl_read(ssl, bytes, sizeof bytes) > 0) {
            send_all(ssl, ANSWER, sizeof ANSWER - 1);
            mbedtls_ssl_close_notify(ssl);
        }
        mbedtls_net_free(&socket);
        alarm(10 * PATIENCE_SECONDS);
    }
}

int main(int argc, char **argv) {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_x509_crt certificates;
    mbedtls_pk_context key;
    if (argc < 4) {
        fprintf(stderr, "usage: see the head of mbedtls_peer.c\n");
        return 2;
    }
    int is_server = strcmp(argv[1], "server") == 0;
    int is_psk = strcmp(argv[1], "client-psk") == 0;
    alarm(PATIENCE_SECONDS);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    mbedtls_x509_crt_init(&certificates);
    mbedtls_pk_init(&key);
    check(mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0), "seed");
    check(mbedtls_ssl_config_defaults(&config,
                                      is_server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                      MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT),
          "config");
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_read_timeout(&config, READ_TIMEOUT_MS);
    if (is_psk) {
        unsigned char psk[64];
        size_t length = hex(argv[4], psk, sizeof psk);
        check(mbedtls_ssl_conf_psk(&config, psk, length, (const unsigned char *) argv[3], strlen(argv[3])), "psk");
    } else {
        check(mbedtls_x509_crt_parse_file(&certificates, argv[3]), "certificates");
        if (is_server) {
            check(mbedtls_pk_parse_keyfile(&key, argv[4], NULL), "key");
            check(mbedtls_ssl_conf_own_cert(&config, &certificates, &key), "own certificate");
        } else {
            mbedtls_ssl_conf_ca_chain(&config, &certificates, NULL);
            mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
        }
    }
    check(mbedtls_ssl_setup(&ssl, &config), "setup");
    if (is_server) {
        be_server(&ssl, argv[2]);
    } else {
        be_client(&ssl, argv[2]);
    }
    return 0;
}
