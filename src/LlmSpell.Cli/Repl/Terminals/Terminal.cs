using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace LlmSpell.Cli.Repl.Terminals;

/// <summary>
/// The process's terminal, in its own modes but while keys are read. However the process ends, short of SIGKILL, it finds its modes
/// again. Thread-safe as far as signals need it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Terminal : IDisposable
{
    private const string PasteOn = "\e[?2004h";
    private const string PasteOff = "\e[?2004l";

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Lock _gate = new();
    private readonly byte[] _modes;
    private readonly byte[] _raw;
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _isRaw;
    private bool _isEnding;

    private Terminal(byte[] modes, Stream input, Stream output)
    {
        _modes = modes;
        _raw = NativeTerminal.Raw(modes);
        _input = input;
        _output = output;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
    }

    public static (int Width, int Height) Size => NativeTerminal.Size();

    /// <summary>The terminal; null where there is none whose keys could be read one by one.</summary>
    public static Terminal? Open(Stream input, Stream output) =>
        NativeTerminal.ReadModes() is { } modes ? new Terminal(modes, input, output) : null;

    /// <summary>Called, on another thread, when what is on the terminal has to be drawn again: it has another size, or the process was stopped.</summary>
    public void OnDisturbed(Action redraw)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => redraw()));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // Else .NET sets the modes that it found when the process began.
            context.Cancel = true;
            lock (_gate)
            {
                if (_isRaw)
                {
                    NativeTerminal.SetModes(_raw);
                }
            }

            redraw();
        }));
    }

    /// <summary>From here on keys come one by one, and what is pasted comes marked.</summary>
    public void BeginKeys() => Change(toRaw: true);

    /// <summary>From here on the terminal is as it was found.</summary>
    public void EndKeys() => Change(toRaw: false);

    /// <summary>Waits for bytes; 0 at the end.</summary>
    public int Read(Span<byte> buffer) => _input.Read(buffer);

    /// <summary>Whether bytes come within that time.</summary>
    public static bool Waits(TimeSpan time) => NativeTerminal.Waits((int)time.TotalMilliseconds);

    public void Write(string text) => _output.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Ctrl-Z; returns when the process is continued.</summary>
    public void Suspend()
    {
        EndKeys();
        NativeTerminal.StopJob();
        BeginKeys();
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        EndKeys();
    }

    private void Change(bool toRaw)
    {
        lock (_gate)
        {
            // Other threads run on while the process ends, and must not take the keys again.
            if (_isRaw == toRaw || (toRaw && _isEnding))
            {
                return;
            }

            _isRaw = toRaw;
            NativeTerminal.SetModes(toRaw ? _raw : _modes);
            Write(toRaw ? PasteOn : PasteOff);
        }
    }

    private void OnExit(object? sender, EventArgs e)
    {
        lock (_gate)
        {
            _isEnding = true;
        }

        try
        {
            EndKeys();
        }
        catch (IOException)
        {
            // The terminal has gone.
        }
    }
}
