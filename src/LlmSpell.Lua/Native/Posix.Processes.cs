using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <content>Processes, which .NET's own class starts without a word on signals.</content>
internal static unsafe partial class Posix
{
    internal const int SignalInterrupt = 2;
    internal const int SignalTerminate = 15;
    internal const int SignalKill = 9;
    internal const int SignalBrokenPipe = 13;

    internal const short SpawnSetGroup = 2;
    internal const short SpawnSetDefaultSignals = 4;
    internal const short SpawnSetSignalMask = 8;

    /// <summary>The variables that child processes get: C's own, which os.getenv reads too.</summary>
    internal static byte** Environment()
    {
        if (OperatingSystem.IsMacOS())
        {
            return *EnvironmentPointer();
        }

        nint variable = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        return *(byte***)variable;
    }

    /// <summary>Returns the number of an error, or 0.</summary>
    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int InitializeActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int DestroyActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int AddDuplicate(void* actions, int descriptor, int target);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int InitializeAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int DestroyAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setpgroup")]
    internal static partial int SetGroup(void* attributes, int group);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SetDefaultSignals(void* attributes, void* set);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SetSignalMask(void* attributes, void* set);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int EmptySet(void* set);

    [LibraryImport(Library, EntryPoint = "sigaddset")]
    internal static partial int AddToSet(void* set, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitForProcess(int process, int* status, int options);

    [LibraryImport(Library, EntryPoint = "kill")]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    internal static partial int OwnGroup();

    [LibraryImport(Library, EntryPoint = "tcgetpgrp")]
    internal static partial int ForegroundGroup(int terminal);

    [LibraryImport(Library, EntryPoint = "_NSGetEnviron")]
    private static partial byte*** EnvironmentPointer();
}
