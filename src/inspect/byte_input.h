// ByteInput: the bytes of a file or of standard input, expanded where they are gzip or zstd, which
// is seen by how they begin. Blocking; one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "penstock/result.h"

namespace penstock::inspect {

class ByteInput {
public:
    // "-" is standard input. error_read.
    [[nodiscard]] static Result<ByteInput> open(const std::string& path);
    ByteInput(ByteInput&&) noexcept;
    ByteInput& operator=(ByteInput&&) noexcept;
    ~ByteInput();

    // Up to `bytes` more bytes; 0: the end. error_read, error_expand.
    [[nodiscard]] Result<std::size_t> read(char* to, std::size_t bytes);
    // The path, or "standard input".
    [[nodiscard]] const std::string& name() const;

    // Where the bytes come from, one way of expanding them a class. Defined in byte_input.cpp.
    class Source;

private:
    ByteInput(std::string name, std::unique_ptr<Source> source);
    std::string name_;
    std::unique_ptr<Source> source_;
};

}  // namespace penstock::inspect
