/* The part of test_cpp.c that is C++. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

int cpp_answers(void); /* 6: of two tasks, 2 and 4; -1 where a select or a try is wrong */
void cpp_wrong_size(void *unused);
void cpp_wait_with_an_object(void *said); /* its destructor sets *(int *)said to 3 */
int cpp_run(void (*fn)(void *arg), int *arg);

#ifdef __cplusplus
}
#endif
