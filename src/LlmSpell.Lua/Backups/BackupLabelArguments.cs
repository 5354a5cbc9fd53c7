using System.Text;
using System.Text.Unicode;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Backups;

/// <summary>Reads the labels of a new backup: a table of texts, in which numbers stand for their text.</summary>
internal static class BackupLabelArguments
{
    /// <summary>The table on the top of the stack.</summary>
    internal static Dictionary<string, string> Read(LuaState state, LuaArguments arguments)
    {
        if (LuaApi.TypeOf(state, -1) != LuaType.Table)
        {
            throw arguments.Wrong(1, $"option 'labels': table expected, got {state.TypeNameAt(-1)}");
        }

        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        LuaApi.PushNil(state);
        while (LuaApi.Next(state, -2) != 0)
        {
            if (LuaApi.TypeOf(state, -2) != LuaType.String)
            {
                throw arguments.Wrong(1, $"option 'labels': the names are strings, got a {state.TypeNameAt(-2)}");
            }

            string name = state.TextAt(-2);
            labels[name] = Value(state, arguments, name);
            state.Pop();
        }

        return BackupLabels.FindProblem(labels) is { } problem ? throw arguments.Wrong(1, $"option 'labels': {problem}") : labels;
    }

    private static string Value(LuaState state, LuaArguments arguments, string name)
    {
        ReadOnlySpan<byte> bytes = LuaApi.TypeOf(state, -1) switch
        {
            LuaType.String => state.StringAt(-1),
            LuaType.Number => state.NumberAsStringAt(-1),
            _ => throw arguments.Wrong(1, $"option 'labels': {name}: string expected, got {state.TypeNameAt(-1)}"),
        };
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw arguments.Wrong(1, $"option 'labels': {name} is not valid UTF-8");
    }
}
