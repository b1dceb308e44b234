#pragma once
#if __has_include(<openssl/evp.h>)
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#else
#error "OpenSSL's libcrypto is missing: run apt-get install libssl-dev"
#endif
