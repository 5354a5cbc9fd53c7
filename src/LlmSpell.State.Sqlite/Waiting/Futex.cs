using System.Runtime.InteropServices;

namespace LlmSpell.State.Sqlite.Waiting;

/// <summary>
/// Sleeps until another process changes a number in memory that both map (Linux's <c>futex</c>, man 2 futex). Who sleeps on
/// the same number is woken in the order in which they came.
/// </summary>
internal static unsafe partial class Futex
{
    // Not FUTEX_PRIVATE_FLAG: the number is shared between processes.
    private const int OperationWait = 0;
    private const int OperationWake = 1;

    /// <summary>Whether there is one here.</summary>
    internal static bool IsSupported => Number != 0;

    private static nint Number => !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        _ => 0,
    };

    /// <summary>Sleeps while the number is the one seen, until it is woken or the time is over; it may also wake for no reason.</summary>
    internal static void Wait(int* number, int seen, TimeSpan atMost)
    {
        Span<nint> time = [(nint)(atMost.Ticks / TimeSpan.TicksPerSecond), (nint)(atMost.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick)];
        fixed (nint* timeout = time)
        {
            _ = SystemCall(Number, number, OperationWait, seen, timeout);
        }
    }

    /// <summary>Wakes whoever has slept on the number for longest.</summary>
    internal static void WakeOne(int* number) => _ = SystemCall(Number, number, OperationWake, 1, null);

    // Declared with more arguments in C ("..."), which on these two architectures are passed as any others.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, int* word, nint operation, nint value, nint* timeout);
}
