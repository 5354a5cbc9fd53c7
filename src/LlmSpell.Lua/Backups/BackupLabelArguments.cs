using System.Text;
using System.Text.Unicode;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;

namespace LlmSpell.Lua.Backups;

/// <summary>Reads the labels of a new backup: a table of texts, in which numbers stand for their text.</summary>
internal static class BackupLabelArguments
{
    /// <summary>
    /// The table on the top of the stack. Nothing here may make Lua allocate while it is walked: a finalizer could change the table, and the
    /// walk would raise across our frames. So numbers become text only afterwards.
    /// </summary>
    internal static Dictionary<string, string> Read(LuaState state, LuaArguments arguments)
    {
        if (LuaApi.TypeOf(state, -1) != LuaType.Table)
        {
            throw arguments.Wrong(1, $"option 'labels': table expected, got {state.TypeNameAt(-1)}");
        }

        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        List<(string Name, LuaNumber Number)> numbers = [];
        LuaApi.PushNil(state);
        while (LuaApi.Next(state, -2) != 0)
        {
            if (LuaApi.TypeOf(state, -2) != LuaType.String)
            {
                throw arguments.Wrong(1, $"option 'labels': the names are strings, got a {state.TypeNameAt(-2)}");
            }

            string name = state.TextAt(-2);
            if (LuaApi.TypeOf(state, -1) == LuaType.Number)
            {
                numbers.Add((name, LuaNumber.At(state, -1)));
            }
            else
            {
                labels[name] = Text(state, arguments, name);
            }

            state.Pop();
        }

        foreach ((string name, LuaNumber number) in numbers)
        {
            number.Push(state);
            labels[name] = Encoding.UTF8.GetString(state.NumberAsStringAt(-1));
            state.Pop();
        }

        return BackupLabels.FindProblem(labels) is { } problem ? throw arguments.Wrong(1, $"option 'labels': {problem}") : labels;
    }

    private static string Text(LuaState state, LuaArguments arguments, string name)
    {
        if (LuaApi.TypeOf(state, -1) != LuaType.String)
        {
            throw arguments.Wrong(1, $"option 'labels': {name}: string expected, got {state.TypeNameAt(-1)}");
        }

        return Utf8.IsValid(state.StringAt(-1))
            ? state.TextAt(-1)
            : throw arguments.Wrong(1, $"option 'labels': {name} is not valid UTF-8");
    }
}
