using System.Runtime.Versioning;
using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.Editing;

namespace LlmSpell.Cli.Repl.Terminals;

/// <summary>Lets a person edit inputs on a terminal.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class TerminalInputReader : IInputReader
{
    // Long enough for a slow line to bring the rest of a key's sequence, too short to notice after a lone escape.
    private static readonly TimeSpan SequenceTime = TimeSpan.FromMilliseconds(50);

    private readonly Terminal _terminal;
    private readonly LineEditor _editor;
    private readonly KeyDecoder _decoder = new();
    private readonly Screen _screen = new();
    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[4096];
    private bool _isEditing;

    public TerminalInputReader(Terminal terminal, LineEditor editor)
    {
        _terminal = terminal;
        _editor = editor;
        terminal.OnDisturbed(Redraw);
    }

    public string? Read()
    {
        _editor.Start();
        _terminal.BeginKeys();
        try
        {
            SetEditing(true);
            return Edit();
        }
        finally
        {
            SetEditing(false);
            _terminal.EndKeys();
        }
    }

    private string? Edit()
    {
        do
        {
            // Keys that came together with the end of the last input are there already.
            while (NextKey(out Key key))
            {
                EditResult result = Press(key);
                if (result is EditResult.Submit or EditResult.Leave)
                {
                    Finish();
                    return result == EditResult.Submit ? _editor.Text : null;
                }
            }

            Draw();
        }
        while (ReadKeys());

        Finish();
        return null;
    }

    private EditResult Press(Key key)
    {
        EditResult result;
        lock (_gate)
        {
            result = _editor.Press(key);
        }

        switch (result)
        {
            case EditResult.Discard:
                Discard();
                break;
            case EditResult.ClearScreen:
                Send(_screen.Clear);
                break;
            case EditResult.Suspend:
                Send(_screen.Finish);
                _terminal.Suspend();
                break;
            case EditResult.Continue:
                List();
                break;
        }

        return result;
    }

    /// <summary>Waits for bytes; false at the end.</summary>
    private bool ReadKeys()
    {
        try
        {
            int count = _terminal.Read(_bytes);
            _decoder.Add(_bytes.AsSpan(0, count));
            return count > 0;
        }
        catch (IOException)
        {
            // The terminal was closed.
            return false;
        }
    }

    private bool NextKey(out Key key)
    {
        while (!_decoder.TryRead(out key))
        {
            if (!_decoder.IsAmbiguous)
            {
                return false;
            }

            if (!Terminal.Waits(SequenceTime) || !ReadKeys())
            {
                key = _decoder.Settle();
                return true;
            }
        }

        return true;
    }

    private void List()
    {
        if (_editor.Listing is { } listing)
        {
            int width = Terminal.Size.Width;
            Finish();
            Send(() => _screen.WriteAbove(CandidateColumns.Lines(listing, width), width));
        }
    }

    private void Discard()
    {
        Finish();
        lock (_gate)
        {
            _editor.Start();
        }
    }

    // What was typed stays to be seen, and the output goes below it.
    private void Finish()
    {
        Draw();
        Send(_screen.Finish);
    }

    private void Draw() => Send(() =>
    {
        (int width, int height) = Terminal.Size;
        return _screen.Draw(_editor.View, width, height);
    });

    private void Redraw()
    {
        lock (_gate)
        {
            if (!_isEditing)
            {
                return;
            }

            try
            {
                Draw();
            }
            catch (IOException)
            {
                // The terminal has gone; the next read says so.
            }
        }
    }

    private void SetEditing(bool isEditing)
    {
        lock (_gate)
        {
            _isEditing = isEditing;
        }
    }

    private void Send(Func<string> text)
    {
        lock (_gate)
        {
            _terminal.Write(text());
        }
    }
}
