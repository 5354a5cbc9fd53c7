using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Lua;

/// <summary>What a <see cref="LuaHost"/> gives its scripts. Immutable once the host is made.</summary>
public sealed class LuaHostOptions
{
    /// <summary>
    /// Where print, io.write and io.stdout go; null: the process's standard output, by lines on a terminal and by blocks otherwise.
    /// The host does not close it.
    /// </summary>
    public Stream? Output { get; init; }

    /// <summary>Where io.stderr and warn go, unbuffered; null: the process's standard error. The host does not close it.</summary>
    public Stream? Error { get; init; }

    /// <summary>What io.read and io.stdin read; null: the process's standard input. The host does not close it.</summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// Opens the store behind the global State, when a script first needs it; called again only if it failed. The caller closes what it
    /// returned, after the host. Null: State's functions raise an error.
    /// </summary>
    public Func<StateStore>? Store { get; init; }

    /// <summary>The backups of that store. Null: the backup calls of State fail with <see cref="BackupsOffReason"/>.</summary>
    public BackupService? Backups { get; init; }

    /// <summary>What the backup calls answer if there are none: why, and what to set.</summary>
    public string BackupsOffReason { get; init; } = "backups are off: the program that runs this script has set up none";

    /// <summary>
    /// Called by os.exit with the exit code, on the script's thread, after the output was flushed; it is to end the process and not to
    /// return. Also called, with <see cref="OutputClosedExitCode"/>, when a script writes to a pipe whose reader has gone.
    /// Null: os.exit raises an error in the script.
    /// </summary>
    /// <remarks>
    /// It must not call the host, except <see cref="LuaHost.Dispose"/>. If it does return, or throws, os.exit or the write raises an error, which the script may catch.
    /// But os.exit(code, true) has closed the Lua state before, to which nothing can return: then the host itself ends the process with the code.
    /// </remarks>
    public Action<int>? ExitHandler { get; init; }

    /// <summary>
    /// How long one run may take, waits included, by <see cref="TimeProvider"/>; longer than zero, or null: without end. What stops at the limit is
    /// the script, with <see cref="LuaFailureKind.TimeLimit"/>; see <see cref="Unstoppable"/> for what cannot be stopped. Plain Lua code
    /// is not slower for it.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// How many bytes the Lua state may hold, from <see cref="MinMemoryLimit"/>; null: without a limit. A script may catch the error and go on
    /// with less. One call of the host's functions, such as State.load, may go over it; the next request of Lua itself is refused then.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// How many instructions of Lua's virtual machine one run may take, from 1, all coroutines together; null: without a limit. They are counted
    /// in steps of 256, and each coroutine counts as one step when it is made. Counting makes plain Lua code two to three times slower.
    /// </summary>
    public long? InstructionLimit { get; init; }

    /// <summary>Which of Lua's libraries scripts have; default <see cref="LuaLibraries.Full"/>.</summary>
    public LuaLibraries Libraries
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such set of libraries.");
    } = LuaLibraries.Full;

    /// <summary>Whether scripts may open, rename and remove files. Modules that require finds load all the same.</summary>
    public bool AllowFileAccess { get; init; } = true;

    /// <summary>Whether scripts may start processes, by os.execute and io.popen.</summary>
    public bool AllowProcesses { get; init; } = true;

    /// <summary>
    /// For scripts that one does not trust: <see cref="LuaLibraries.Basic"/> at most, no files, no processes, no bytecode, no C modules, no
    /// finalizers (__gc) of the script's own, and guards around the functions of C that a limit could not stop.
    /// </summary>
    public bool Sandbox { get; init; }

    /// <summary>Patterns as in package.path, separated by semicolons, where require looks after the script's folder; null: Lua's default.</summary>
    public string? ModulePath { get; init; }

    /// <summary>
    /// Called, on a thread of its own, when a script was told to stop and did not within two seconds: some function of C that Lua cannot
    /// interrupt is running. It is to end the process: what State saved is safe. Null, or if it returns: the host goes on waiting.
    /// </summary>
    public Action<LuaFailureKind>? Unstoppable { get; init; }

    /// <summary>How long a script that was told to stop may go on before <see cref="Unstoppable"/>: 2 seconds.</summary>
    internal TimeSpan GraceTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock that <see cref="TimeLimit"/> and the grace time go by.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>The smallest <see cref="MemoryLimit"/>: 1 MiB.</summary>
    public const long MinMemoryLimit = 1 << 20;

    /// <summary>The exit code for a script whose reader has gone: 141, as shells report the SIGPIPE that other programs end by.</summary>
    public const int OutputClosedExitCode = 141;
}
