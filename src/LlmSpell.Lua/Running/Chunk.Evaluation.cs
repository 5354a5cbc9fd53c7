using System.Text;
using LlmSpell.Lua.Inspection;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <content>Inputs of an interactive session.</content>
internal sealed unsafe partial class Chunk
{
    private const int MaxValues = 50;
    private const int WorkingSlots = 64;
    private const string Return = "return ";

    private bool _isSession;

    internal bool IsIncomplete(string code)
    {
        LuaStatus status = LoadInput(code, "=input", out bool isIncomplete);
        LuaApi.SetTop(_state, Package);
        return status != LuaStatus.Ok && isIncomplete;
    }

    internal Evaluation Evaluate(string code, string name, LuaHost host)
    {
        if (!_isSession)
        {
            // Once: what the session then does to package.path and arg stays.
            _isSession = true;
            ModulePath.Set(null);
            SetArgumentTable(name, []);
        }

        LuaStatus status = LoadInput(code, "=" + name, out bool isIncomplete);
        if (status != LuaStatus.Ok && isIncomplete)
        {
            LuaApi.SetTop(_state, Package);
            return Evaluation.Incomplete;
        }

        if (status == LuaStatus.Ok)
        {
            status = ScriptCall.Call(host, 0, LuaApi.MultipleResults, Handler);
        }

        try
        {
            return status == LuaStatus.Ok && host.Stop.Reason is null
                ? TakeValues(host)
                : throw Failure.Read(_state, status, host);
        }
        finally
        {
            LuaApi.SetTop(_state, Package);
        }
    }

    private Evaluation TakeValues(LuaHost host)
    {
        int count = LuaApi.GetTop(_state) - Package;
        int shown = Math.Min(count, MaxValues);
        LuaApi.SetTop(_state, Package + shown);
        if (count == 0)
        {
            return new Evaluation([], 0, false);
        }

        if (LuaApi.CheckStack(_state, WorkingSlots) == 0)
        {
            throw new InsufficientMemoryException("There is not enough memory to show the values.");
        }

        _state.Push("_"u8);
        LuaApi.PushValue(_state, Package + 1);
        LuaApi.RawSet(_state, Globals);
        var inspector = new ValueInspector(host);
        var values = new ValueNode[shown];
        for (int i = 0; i < shown; i++)
        {
            values[i] = inspector.Inspect(Package + 1 + i, i == 0 ? "_" : $"value {i + 1}");
        }

        return new Evaluation(values, count, false);
    }

    /// <summary>Pushes the input's function, or the message of what is wrong with it.</summary>
    private LuaStatus LoadInput(string code, string chunkName, out bool isIncomplete)
    {
        bool isMarked = code.AsSpan().TrimStart() is ['=', ..];
        if (isMarked)
        {
            int mark = code.IndexOf('=', StringComparison.Ordinal);
            code = $"{code[..mark]} {code[(mark + 1)..]}";
        }

        LuaStatus status = LoadText(Return + code, chunkName);
        isIncomplete = IsEndOfInput(status);
        if (status == LuaStatus.Ok || isMarked)
        {
            return status;
        }

        _state.Pop();
        status = LoadText(code, chunkName);
        isIncomplete |= IsEndOfInput(status);
        return status;
    }

    private LuaStatus LoadText(string code, string chunkName)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(code);
        byte[] name = [.. Encoding.UTF8.GetBytes(chunkName), 0];
        // Text only: bytecode would begin with a byte that no keyboard sends.
        fixed (byte* first = bytes, nameBytes = name, mode = "t\0"u8)
        {
            return LuaApi.LoadBuffer(_state, first, (nuint)bytes.Length, nameBytes, mode);
        }
    }

    private bool IsEndOfInput(LuaStatus status) =>
        status == LuaStatus.SyntaxError && LuaApi.TypeOf(_state, -1) == LuaType.String && _state.StringAt(-1).EndsWith("<eof>"u8);
}
