# One line a target. A module is a static library with its headers beside its sources; the list of
# DEPS is the architecture: only lower ranks (tests/tidy holds it against the rank table).

add_library(penstock_options INTERFACE)
target_compile_options(penstock_options INTERFACE
    -Wall -Wextra -Wconversion -Werror
    -fno-omit-frame-pointer -fstack-protector-strong)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
    # Only what is scheduled how, no instruction that others lack. Tuned for x86-64 in general, GCC 12
    # clears an object of a hundred bytes by `rep stos`, which takes longer than to parse an event.
    target_compile_options(penstock_options INTERFACE -mtune=icelake-server)
endif()
target_compile_definitions(penstock_options INTERFACE
    PENSTOCK_VERSION="${PROJECT_VERSION}"
    $<$<CONFIG:RelWithDebInfo>:_FORTIFY_SOURCE=2>)
target_include_directories(penstock_options INTERFACE
    ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(penstock_options INTERFACE tl::expected Threads::Threads)
if(PENSTOCK_SANITIZE)
    target_compile_options(penstock_options INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
    target_link_options(penstock_options INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()

# penstock_module(NAME SOURCES ... [DEPS modules ...] [LIBS imported targets, not passed on ...])
function(penstock_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
    add_library(penstock_${name} STATIC ${ARG_SOURCES})
    # Ours alone: who uses an installed module has flags and folders of its own.
    target_link_libraries(penstock_${name} PUBLIC $<BUILD_INTERFACE:penstock_options>)
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(penstock_${name} PUBLIC penstock_${dep})
    endforeach()
    target_link_libraries(penstock_${name} PRIVATE ${ARG_LIBS})
endfunction()

# penstock_install_modules(NAME ...): modules that other programs may use, as penstock::NAME of the
# package whose config is src/cmake/penstockConfig.cmake.in.
function(penstock_install_modules)
    foreach(name IN LISTS ARGN)
        target_compile_features(penstock_${name} INTERFACE cxx_std_20)
        target_link_libraries(penstock_${name} PUBLIC tl::expected)
        set_target_properties(penstock_${name} PROPERTIES EXPORT_NAME ${name})
        install(TARGETS penstock_${name} EXPORT penstockTargets
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
            INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    endforeach()
endfunction()

# penstock_unit_test(MODULE SOURCES ... [DEPS modules ...]): one binary per module, a test a claim.
function(penstock_unit_test module)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
    add_executable(${module}_test ${ARG_SOURCES})
    target_link_libraries(${module}_test PRIVATE penstock_options GTest::gtest GTest::gtest_main ${ARG_LIBS})
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(${module}_test PRIVATE penstock_${dep})
    endforeach()
    gtest_discover_tests(${module}_test
        PROPERTIES LABELS unit TIMEOUT 300 DISCOVERY_TIMEOUT 60)
endfunction()
