using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Processes;

/// <summary>Starts /bin/sh for a command, as C's system and popen do.</summary>
internal sealed unsafe class Shell(ScriptStop stop)
{
    private const string Path = "/bin/sh";

    /// <summary>Whether there is one.</summary>
    internal static bool Exists => !OperatingSystem.IsWindows() && File.Exists(Path);

    /// <param name="command">What it runs, followed by NUL.</param>
    /// <param name="descriptor">What stands in the place of a standard stream, or -1.</param>
    /// <param name="target">Of which one.</param>
    /// <exception cref="IOException">No process can be started.</exception>
    internal ChildProcess Start(ReadOnlySpan<byte> command, int descriptor = -1, int target = -1)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new LuaCallException("not supported yet on Windows: starting processes");
        }

        // Larger than any system's; the calls that initialize them write what they need.
        const int OpaqueWords = 128;
        nint* actions = stackalloc nint[OpaqueWords];
        nint* attributes = stackalloc nint[OpaqueWords];
        bool ownGroup = !IsForeground();
        _ = Posix.InitializeActions(actions);
        _ = Posix.InitializeAttributes(attributes);
        try
        {
            if (descriptor >= 0)
            {
                _ = Posix.AddDuplicate(actions, descriptor, target);
            }

            SetSignals(attributes, ownGroup);
            fixed (byte* path = "/bin/sh\0"u8, name = "sh\0"u8, option = "-c\0"u8, text = &MemoryMarshal.GetReference(command))
            {
                byte** arguments = stackalloc byte*[] { name, option, text, null };
                int id;
                int error = Posix.Spawn(&id, path, actions, attributes, arguments, Posix.Environment());
                return error == 0 ? new ChildProcess(stop, id, ownGroup) : throw Posix.Error(error);
            }
        }
        finally
        {
            _ = Posix.DestroyActions(actions);
            _ = Posix.DestroyAttributes(attributes);
        }
    }

    /// <summary>.NET ignores SIGPIPE, which children would inherit: `yes | head` would not end.</summary>
    private static void SetSignals(void* attributes, bool ownGroup)
    {
        const int SetWords = 32;
        nint* set = stackalloc nint[SetWords];
        _ = Posix.EmptySet(set);
        _ = Posix.SetSignalMask(attributes, set);
        _ = Posix.AddToSet(set, Posix.SignalBrokenPipe);
        _ = Posix.SetDefaultSignals(attributes, set);
        short flags = Posix.SpawnSetDefaultSignals | Posix.SpawnSetSignalMask;
        if (ownGroup)
        {
            _ = Posix.SetGroup(attributes, 0);
            flags |= Posix.SpawnSetGroup;
        }

        _ = Posix.SetFlags(attributes, flags);
    }

    /// <summary>
    /// Whether a terminal sends its Ctrl-C to us. Then it must send it to our children too, and let them read: they stay in our
    /// group. Otherwise they get one of their own, which can be ended whole.
    /// </summary>
    private static bool IsForeground()
    {
        int own = Posix.OwnGroup();
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Posix.ForegroundGroup(descriptor) == own)
            {
                return true;
            }
        }

        return false;
    }
}
