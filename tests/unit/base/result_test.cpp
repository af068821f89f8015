#include "penstock/result.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0)
        return fail(ErrorKind::definite, ErrorCode{1042}, "odd", "take an even one");
    return number / 2;
}

Result<int> quarter(int number) {
    PENSTOCK_ASSIGN(const int first, half(number));
    PENSTOCK_TRY(half(first));
    return first / 2;
}

TEST(Result, AnErrorPassesThroughWithCodeKindAndRemedy) {
    EXPECT_EQ(quarter(8).value(), 2);
    const auto failed = quarter(6);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::definite);
    EXPECT_EQ(failed.error().to_string(), "PST-1042 odd. Remedy: take an even one");
}

TEST(Result, AnErrorsTextIsUtf8WhateverAServerSent) {
    EXPECT_EQ(valid_utf8("pé 縗 😀"), "pé 縗 😀");
    EXPECT_EQ(valid_utf8("p\xE9 \xC3"), "p\\xE9 \\xC3");
    EXPECT_EQ(valid_utf8("\xED\xA0\x80\xC0\xAF"), "\\xED\\xA0\\x80\\xC0\\xAF");
    const tl::unexpected<Error> error = fail(ErrorKind::definite, ErrorCode{1042}, "\xFF");
    EXPECT_EQ(error.value().text, "\\xFF");
}

}  // namespace
}  // namespace penstock
