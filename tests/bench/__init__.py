"""Speed and memory of the simulator, as ratios measured in one go: ``python -m tests.bench``.

Every number is CPU time or memory of a fresh process, imports left out; what is compared runs in turns
(A B A B ...) and the medians are divided, so that a busy or slow machine moves both alike. Nothing here
fails on a slow machine: the table prints what was measured beside its bound.
"""
