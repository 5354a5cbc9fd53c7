using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>Turns Ctrl-C and SIGTERM into an exception at the next safe point, so that servers are stopped and temporary folders removed.</summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Source = new();
    private static readonly List<PosixSignalRegistration> Registrations = [];

    internal static CancellationToken Token => Source.Token;

    internal static void Watch()
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            Registrations.Add(PosixSignalRegistration.Create(signal, static context =>
            {
                // A second one ends the process at once.
                context.Cancel = !Source.IsCancellationRequested;
                Source.Cancel();
            }));
        }
    }

    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    internal static void ThrowIfRequested() => Source.Token.ThrowIfCancellationRequested();
}
