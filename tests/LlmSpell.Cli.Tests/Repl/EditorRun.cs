using System.Text;
using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.Editing;
using LlmSpell.Cli.Repl.History;

namespace LlmSpell.Cli.Tests.Repl;

/// <summary>Types into an editor without a terminal: bytes go in, a screen comes out, as the terminal's loop has it.</summary>
internal sealed class EditorRun
{
    public const string Up = "\e[A";
    public const string Down = "\e[B";
    public const string Right = "\e[C";
    public const string Left = "\e[D";
    public const string Home = "\e[H";
    public const string End = "\e[F";
    public const string WordLeft = "\e[1;5D";
    public const string WordRight = "\e[1;5C";
    public const string Delete = "\e[3~";
    public const string AltEnter = "\e\r";
    public const string Backspace = "\x7f";

    private readonly KeyDecoder _decoder = new();
    private readonly LineEditor _editor;
    private readonly Screen _screen = new();
    private readonly int _width;
    private readonly int _height;

    public EditorRun(int width = 40, int height = 10, Func<string, Completion>? complete = null, params string[] history)
    {
        (_width, _height) = (width, height);
        Terminal = new TerminalEmulator(width, height);
        foreach (string entry in history)
        {
            History.Add(entry);
        }

        _editor = new LineEditor(History, new Completer(complete ?? (_ => Completion.None)), IsIncomplete);
        _editor.Start();
        Draw();
    }

    public HistoryList History { get; } = new();

    public TerminalEmulator Terminal { get; }

    public string Text => _editor.Text;

    public Completion? Listing => _editor.Listing;

    /// <summary>What the last key led to.</summary>
    public EditResult Last { get; private set; }

    /// <summary>The text with the cursor as a bar.</summary>
    public string Marked => _editor.View.Text.Insert(_editor.View.Cursor, "|");

    public string Screen => Terminal.Text;

    /// <summary>Types all of it, and looks at the screen after each key.</summary>
    public EditorRun Type(params string[] pieces)
    {
        foreach (string piece in pieces)
        {
            Send(Encoding.UTF8.GetBytes(piece));
        }

        return this;
    }

    public EditorRun Send(ReadOnlySpan<byte> bytes)
    {
        _decoder.Add(bytes);
        while (_decoder.TryRead(out Key key))
        {
            Last = _editor.Press(key);
            Draw();
        }

        return this;
    }

    /// <summary>Time passes without a key.</summary>
    public EditorRun Pause()
    {
        if (_decoder.IsAmbiguous)
        {
            Last = _editor.Press(_decoder.Settle());
            Draw();
        }

        return this;
    }

    /// <summary>Begins the next input below the present one.</summary>
    public void Next()
    {
        Terminal.Send(_screen.Finish());
        _editor.Start();
        Draw();
    }

    private void Draw() => Terminal.Send(_screen.Draw(_editor.View, _width, _height));

    // Stands in for Lua: an input is whole when its parentheses are.
    private static bool IsIncomplete(string text) => text.Count(character => character == '(') > text.Count(character => character == ')');

    private sealed class Completer(Func<string, Completion> complete) : ICompleter
    {
        public Completion Complete(string text) => complete(text);
    }
}
