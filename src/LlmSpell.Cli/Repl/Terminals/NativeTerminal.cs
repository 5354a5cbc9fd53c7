using System.Runtime.InteropServices;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Repl.Terminals;

/// <summary>
/// What an editor of lines needs of a Unix terminal. Console would do it too, at the price of several milliseconds, of a
/// terminfo database that must be there, and of settings that it changes for the process's whole life.
/// </summary>
internal static unsafe partial class NativeTerminal
{
    private const string Libc = "libc";
    private const int Input = 0;
    private const int Output = 1;
    private const int AfterOutput = 1; // TCSADRAIN
    private const short Readable = 1; // POLLIN
    private const int Interrupted = 4; // EINTR
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;

    // struct termios has 60 bytes on Linux, 72 on macOS. What is in it is libc's business: cfmakeraw knows.
    private const int ModesSize = 256;

    private static readonly int StopSignal = OperatingSystem.IsLinux() ? 20 : 18; // SIGTSTP

    /// <summary>The terminal's modes, opaque; null if standard input is no terminal.</summary>
    public static byte[]? ReadModes()
    {
        byte[] modes = new byte[ModesSize];
        fixed (byte* first = modes)
        {
            return GetAttributes(Input, first) == 0 ? modes : null;
        }
    }

    /// <summary>The same modes, but each byte comes as it is typed: no echo, no line editing, no signals, no changed line ends.</summary>
    public static byte[] Raw(byte[] modes)
    {
        byte[] raw = [.. modes];
        fixed (byte* first = raw)
        {
            MakeRaw(first);
        }

        return raw;
    }

    public static void SetModes(byte[] modes)
    {
        fixed (byte* first = modes)
        {
            while (SetAttributes(Input, AfterOutput, first) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
            {
            }
        }
    }

    /// <summary>Columns and rows of the terminal.</summary>
    public static (int Width, int Height) Size()
    {
        (int columns, int rows) = WindowSize.Of(Output) ?? default;
        return (columns > 0 ? columns : DefaultWidth, rows > 0 ? rows : DefaultHeight);
    }

    /// <summary>Whether a byte comes within that time.</summary>
    public static bool Waits(int milliseconds)
    {
        PollEntry entry = new() { Descriptor = Input, Events = Readable };
        int ready;
        long end = Environment.TickCount64 + milliseconds;
        int left = milliseconds;
        while ((ready = Poll(&entry, 1, left)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
            left = milliseconds < 0 ? milliseconds : (int)Math.Max(0, end - Environment.TickCount64);
        }

        return ready > 0;
    }

    /// <summary>Stops this process and its job, as Ctrl-Z does; returns when it is continued.</summary>
    public static void StopJob() => _ = Kill(0, StopSignal);

    [LibraryImport(Libc, EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, byte* modes);

    [LibraryImport(Libc, EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte* modes);

    [LibraryImport(Libc, EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* modes);

    [LibraryImport(Libc, EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport(Libc, EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

#pragma warning disable CS0649 // The kernel writes them.
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }
#pragma warning restore CS0649
}
