"""Run a function, or a program, where it can harm nothing.

Vocabulary
----------
*task*: a module-level function and its arguments; *workers*: the pool that runs tasks, each in a process of its own;
*limits*: what one task may use; *private directory*: a 0700 directory, in memory where the system has such a place,
removed with its owner; *outcome*: the value of a task or the error that stands for it.

Rules
-----
- The function is named by its module, its arguments are pickled, its value comes back through a reader that builds
  nothing but plain values, `coffre_cli` dataclasses and enumerations: a subverted worker cannot run code in its parent.
- A path, a name or a size that a worker reports is a claim: `taken` proves that a file lies in the directory given,
  is a regular file and has no other name, before anybody reads it.
- The function runs with its private directory as current, home and temporary directory, with an environment of its
  own (never a secret in it), without network where the kernel lets us cut it, and may write nowhere else (Landlock)
  unless the task runs programs.
- A task that ends badly is a `WorkerError`: failed (an exception), crashed (a signal), out of time, out of memory.
  A `CoffreError` raised by the function comes back as itself.
- Time-out, or the end of the parent, kills the whole process group; nothing outlives the parent, not even a file.

Use::

    with Workers(preload=("package.heavy", "package.jobs")) as pool:
        value = pool.run(task(jobs.examine, path).within(limits_for(size)))
        for outcome in pool.each(task(jobs.examine, path) for path in paths):   # in the order given
            ... outcome.value() or outcome.error

Programs are run by `program.run_program`, inside a task with `runs_programs`: in bubblewrap where it is installed.
The number of processes is not limited: RLIMIT_NPROC counts those of the whole user, not of one task.

A server process (`worker.server`) imports the heavy modules once and forks for each task: a few milliseconds each.
"""
