using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.History;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>
/// Edits one input after the other: keys in, a view out. It knows neither the terminal nor what is done with the input. Enter ends an
/// input that is whole and begins a new line in one that is not.
/// </summary>
/// <param name="history">What the up key and Ctrl-R find; the caller adds to it.</param>
/// <param name="completer">What Tab asks.</param>
/// <param name="isIncomplete">Whether an input ends in the middle of something.</param>
internal sealed class LineEditor(HistoryList history, ICompleter completer, Func<string, bool> isIncomplete)
{
    public const string Prompt = "> ";
    public const string NextPrompt = ">> ";

    private const string Indentation = "  ";

    private readonly EditBuffer _buffer = new();
    private HistoryBrowser _browser = new(history);
    private HistorySearch? _search;
    private string _killed = "";
    private bool _extendsKill;

    public string Text => _buffer.Text;

    public EditView View => _search?.View ?? new EditView(Prompt, NextPrompt, _buffer.Text, _buffer.Cursor);

    /// <summary>The candidates that the last key asked to see, or null.</summary>
    public Completion.Completion? Listing { get; private set; }

    /// <summary>Begins the next input.</summary>
    public void Start()
    {
        _buffer.Set("");
        _browser = new HistoryBrowser(history);
        _search = null;
        Listing = null;
    }

    public EditResult Press(Key key)
    {
        Listing = null;
        bool extendsKill = _extendsKill;
        _extendsKill = false;
        if (_search is not null && !PressInSearch(key))
        {
            return EditResult.Continue;
        }

        switch (key.Kind)
        {
            case KeyKind.Enter:
                return Enter();
            case KeyKind.Interrupt:
                return EditResult.Discard;
            case KeyKind.DeleteOrLeave when _buffer.IsEmpty:
                return EditResult.Leave;
            case KeyKind.ClearScreen:
                return EditResult.ClearScreen;
            case KeyKind.Suspend:
                return EditResult.Suspend;
            case KeyKind.Search:
                _search = new HistorySearch(history, _buffer.Text, _buffer.Cursor);
                break;
            case KeyKind.Tab:
                Complete();
                break;
            case KeyKind.Up:
            case KeyKind.Down:
                MoveVertically(key.Kind == KeyKind.Up);
                break;
            default:
                if (KillTarget(key.Kind) is { } target)
                {
                    Kill(target, extendsKill);
                }
                else
                {
                    Edit(key);
                }

                break;
        }

        return EditResult.Continue;
    }

    private void Edit(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text:
            case KeyKind.Paste:
                _buffer.Insert(key.Text);
                break;
            case KeyKind.NewLine:
                _buffer.Insert("\n");
                break;
            case KeyKind.Yank:
                _buffer.Insert(_killed);
                break;
            case KeyKind.Backspace:
                _buffer.DeleteTo(_buffer.Previous);
                break;
            case KeyKind.Delete:
            case KeyKind.DeleteOrLeave:
                _buffer.DeleteTo(_buffer.Next);
                break;
            default:
                if (MoveTarget(key.Kind) is { } target)
                {
                    _buffer.MoveTo(target);
                }

                break;
        }
    }

    private int? MoveTarget(KeyKind kind) => kind switch
    {
        KeyKind.Left => _buffer.Previous,
        KeyKind.Right => _buffer.Next,
        KeyKind.WordLeft => _buffer.PreviousWord,
        KeyKind.WordRight => _buffer.NextWord,
        KeyKind.Home => _buffer.LineStart,
        KeyKind.End => _buffer.LineEnd,
        _ => null,
    };

    private int? KillTarget(KeyKind kind) => kind switch
    {
        // At a line's end, the line's end itself.
        KeyKind.KillToEnd => _buffer.Cursor == _buffer.LineEnd ? _buffer.Next : _buffer.LineEnd,
        KeyKind.KillToStart => _buffer.Cursor == _buffer.LineStart ? _buffer.Previous : _buffer.LineStart,
        KeyKind.KillBlankWordLeft => _buffer.PreviousBlankWord,
        KeyKind.KillWordLeft => _buffer.PreviousWord,
        KeyKind.KillWordRight => _buffer.NextWord,
        _ => null,
    };

    // Kills in a row are yanked as one.
    private void Kill(int target, bool extends)
    {
        bool isBack = target < _buffer.Cursor;
        string killed = _buffer.DeleteTo(target);
        _killed = !extends ? killed : isBack ? killed + _killed : _killed + killed;
        _extendsKill = true;
    }

    private EditResult Enter()
    {
        if (!isIncomplete(_buffer.Text))
        {
            _buffer.MoveTo(_buffer.Text.Length);
            return EditResult.Submit;
        }

        _buffer.Insert("\n");
        return EditResult.Continue;
    }

    private void MoveVertically(bool up)
    {
        bool isAtEdge = up ? _buffer.IsOnFirstLine : _buffer.IsOnLastLine;
        if (!isAtEdge && !_browser.IsBrowsing(_buffer.Text))
        {
            _buffer.MoveLine(up);
        }
        else if ((up ? _browser.Older(_buffer.Text) : _browser.Newer(_buffer.Text)) is { } entry)
        {
            _buffer.Set(entry);
        }
    }

    private void Complete()
    {
        if (string.IsNullOrWhiteSpace(_buffer.Text[_buffer.LineStart.._buffer.Cursor]) && !_buffer.IsOnFirstLine)
        {
            _buffer.Insert(Indentation);
            return;
        }

        Completion.Completion completion = completer.Complete(_buffer.BeforeCursor);
        if (completion.Candidates is [var only])
        {
            _buffer.ReplaceBack(completion.Start, only.Text + only.End);
        }
        else if (completion.Candidates.Count > 1)
        {
            string common = CommonStart(completion.Candidates);
            if (completion.Start + common.Length > _buffer.Cursor)
            {
                _buffer.ReplaceBack(completion.Start, common);
            }

            Listing = completion;
        }
    }

    private static string CommonStart(IReadOnlyList<Candidate> candidates)
    {
        string common = candidates[0].Text;
        foreach (Candidate candidate in candidates)
        {
            int length = common.AsSpan().CommonPrefixLength(candidate.Text);
            if (length > 0 && length < common.Length && char.IsHighSurrogate(common[length - 1]))
            {
                length--;
            }

            common = common[..length];
        }

        return common;
    }

    /// <summary>Whether the key ends the search and is then to do what it does otherwise.</summary>
    private bool PressInSearch(Key key)
    {
        HistorySearch search = _search!;
        switch (key.Kind)
        {
            case KeyKind.Text:
            case KeyKind.Paste:
                search.Type(key.Text);
                return false;
            case KeyKind.Backspace:
                search.Erase();
                return false;
            case KeyKind.Search:
                search.Older();
                return false;
            case KeyKind.ClearScreen:
            case KeyKind.Suspend:
                return true;
            case KeyKind.Interrupt:
            case KeyKind.Cancel:
                _search = null;
                _buffer.Set(search.Original.Text, search.Original.Cursor);
                return false;
            default:
                _search = null;
                _buffer.Set(search.Match, search.Cursor);
                return key.Kind != KeyKind.Escape;
        }
    }
}
