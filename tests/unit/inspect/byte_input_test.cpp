#include "inspect/byte_input.h"

#include <gtest/gtest.h>

#include "inspect/errors.h"
#include "support.h"

namespace penstock::inspect {
namespace {

using test::TemporaryFile;

// Read in pieces of `step` bytes; an error's code as text.
std::string read_all(std::string_view bytes, std::size_t step) {
    const TemporaryFile file(bytes);
    Result<ByteInput> input = ByteInput::open(file.path());
    if (!input) return input.error().to_string();
    std::string all;
    std::string piece(step, '\0');
    while (true) {
        const Result<std::size_t> count = input->read(piece.data(), step);
        if (!count) return count.error().to_string();
        if (*count == 0) return all;
        all.append(piece, 0, *count);
    }
}

std::string sample(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * i % 977);
    text.resize(bytes);
    return text;
}

TEST(ByteInput, PlainCompressedAndShortFilesGiveTheirBytes) {
    for (const std::size_t bytes : {0U, 1U, 3U, 4U, 5U, 1000U, 700'000U}) {
        const std::string text = sample(bytes);
        for (const std::size_t step : {1U, 7U, 4096U, 1'000'000U}) {
            if (step == 1 && bytes > 1000) continue;
            EXPECT_EQ(read_all(text, step), text);
            EXPECT_EQ(read_all(test::gzip(text), step), text);
            EXPECT_EQ(read_all(test::zstd(text), step), text);
        }
    }
}

TEST(ByteInput, SeveralMembersAndFramesAreOneFile) {
    const std::string text = sample(300'000);
    EXPECT_EQ(read_all(test::gzip(text) + test::gzip("") + test::gzip("end"), 4096), text + "end");
    EXPECT_EQ(read_all(test::zstd(text) + test::zstd("end"), 4096), text + "end");
}

TEST(ByteInput, ACutOrDamagedCompressedFileIsAnErrorAndNeverAnEnd) {
    const std::string text = sample(300'000);
    for (std::string compressed : {test::gzip(text), test::zstd(text)}) {
        EXPECT_NE(read_all(compressed.substr(0, compressed.size() - 1), 4096).find("PST-2502"),
                  std::string::npos);
        EXPECT_NE(read_all(compressed.substr(0, compressed.size() / 2), 4096).find("PST-2502"),
                  std::string::npos);
        EXPECT_NE(read_all(compressed.substr(0, 4), 4096).find("PST-2502"), std::string::npos);
        compressed[compressed.size() / 2] = static_cast<char>(~compressed[compressed.size() / 2]);
        EXPECT_NE(read_all(compressed, 4096), text);
    }
}

TEST(ByteInput, AFileThatIsNotThereIsNamed) {
    const auto input = ByteInput::open("/nonexistent/binlog.000001");
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code, error_read);
    EXPECT_NE(input.error().text.find("/nonexistent/binlog.000001"), std::string::npos);
}

}  // namespace
}  // namespace penstock::inspect
