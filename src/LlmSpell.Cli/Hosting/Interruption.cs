using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Hosting;

/// <summary>
/// Turns the first Ctrl-C (or SIGTERM, or the SIGHUP of a terminal that goes away) into a cancellation, so that a command can leave things in order.
/// The second one is not caught and ends the process at once; but a SIGHUP comes twice of itself, from the shell and from the kernel.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration?[] _signals = [];
    private readonly StandardOutput? _output;

    public Interruption(CommandLineHost host)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(host.Interrupt);
        _output = host.Output as StandardOutput;
        _output?.EndWritesAt(_source.Token);
        if (host.IsProcess)
        {
            _signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
            ];
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration? signal in _signals)
        {
            signal?.Dispose();
        }

        _output?.EndWritesAt(CancellationToken.None);
        _source.Dispose();
    }

    /// <summary>Called on a thread of its own, where an exception would end the process.</summary>
    internal void Handle(PosixSignalContext context)
    {
        try
        {
            bool isFirst = !_source.IsCancellationRequested;
            _source.Cancel();
            context.Cancel = isFirst || context.Signal == PosixSignal.SIGHUP;
        }
        catch (ObjectDisposedException)
        {
            // It came while the command ended: the system does what it always does.
        }
    }
}
